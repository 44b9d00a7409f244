/** A19: what the server prepared for bob is out of date before he has sent it. */
import { withstands } from '../kit/attack.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import { Middleman } from '../kit/middleman.ts';
import type { Stage } from '../kit/stage.ts';
import type { UploadsScene } from '../kit/uploads-scene.ts';
import { byScript } from './script.ts';

export async function twoAtOnce(stage: Stage, scene: UploadsScene): Promise<void> {
  const { alice, bob, server, ceremony } = scene;
  const keyFile = ceremony.targetsKey.file;
  const between = await Middleman.enter(stage, server.console);
  const [byAlice, byBob] = [byScript(alice, keyFile), byScript(bob, keyFile, between.url)];
  const file = bob.person.path('buoys.txt');
  await writeFileAt(file, 'red to port\n');
  const release = (product: string): Promise<Ended> =>
    byBob(`harbour/${product}/1.0.0/${product}-1.0.0.txt`, file);
  await withstands(
    stage,
    {
      ...{ row: 'A19', what: 'alice releases between what bob was handed and what he sends' },
      mount: () => {
        between.once('POST', /\/changes$/, async () => {
          succeeded(await byAlice('harbour/piers/1.0.0/piers-1.0.0.txt', file));
          return undefined;
        });
        return Promise.resolve();
      },
      victim: () => release('buoys'),
      control: () => release('moorings'),
    },
    'change.stale',
  );
  await stage.steps.step('bob runs the script again, and both are there', async () => {
    succeeded(await release('buoys'));
  });
}
