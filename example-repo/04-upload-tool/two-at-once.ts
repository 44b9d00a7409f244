/** A19: somebody else releases between what bob has signed and its arrival. */
import { comesAbout, requireText } from '../kit/attack.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got } from '../kit/got.ts';
import { Middleman } from '../kit/middleman.ts';
import type { Stage } from '../kit/stage.ts';
import type { Releaser, UploadsScene } from '../kit/uploads-scene.ts';
import { byTool, workspace } from './tool.ts';

export async function twoAtOnce(
  stage: Stage,
  scene: UploadsScene,
  byAlice: Releaser,
): Promise<void> {
  const { bob, server, source } = scene;
  const between = await Middleman.enter(stage, server.console);
  const byBob = byTool(await workspace(scene, bob, between.url));
  const file = bob.person.path('dist/piers.txt');
  await writeFileAt(file, 'three piers\n');
  const targetOf = (product: string) => `harbour/${product}/1.0.0/piers.txt`;
  const both = async ({ stderr }: Ended) => {
    for (const product of ['buoys', 'piers']) await got(stage, source, targetOf(product));
    return requireText(stderr, 'somebody else was quicker');
  };
  await comesAbout(
    stage,
    {
      ...{ row: 'A19', what: 'alice releases between what bob has signed and its arrival' },
      mount: () => {
        between.once('POST', /\/git-receive-pack$/, async () => {
          succeeded(await byAlice(targetOf('piers'), file));
          return undefined;
        });
        return Promise.resolve();
      },
      victim: () => byBob(targetOf('buoys'), file),
      control: () => byBob(targetOf('moorings'), file),
    },
    're-applied',
    both,
  );
}
