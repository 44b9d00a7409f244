/** A22 and A23: the script signs what it is handed, and reads the file when it comes to it. */
import { fileChanges } from '../attacks/a23-file-changes.ts';
import { isFooled } from '../kit/attack.ts';
import { succeeded } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got, holds } from '../kit/got.ts';
import { lieAboutNext } from '../kit/lie.ts';
import { Middleman } from '../kit/middleman.ts';
import type { Stage } from '../kit/stage.ts';
import type { UploadsScene } from '../kit/uploads-scene.ts';
import { byScript } from './script.ts';

const forged = Buffer.from('low water at noon, every day\n');

export async function signsAnything(stage: Stage, scene: UploadsScene): Promise<void> {
  const { alice, server, source, ceremony } = scene;
  const liar = await Middleman.enter(stage, server.console);
  const release = byScript(alice, ceremony.targetsKey.file, liar.url);
  const file = alice.person.path('tides.txt');
  const releaseAndGet = async (version: string) => {
    const target = `harbour/tides/${version}/tides.txt`;
    succeeded(await release(target, file));
    return got(stage, source, target);
  };
  await writeFileAt(file, 'low water at 6:12 and 18:40\n');
  await isFooled(
    stage,
    {
      ...{ row: 'A22', what: 'the server prepares another change, and the script signs it' },
      mount: () => lieAboutNext(liar, server.console, forged),
      victim: () => releaseAndGet('1.0.0'),
      control: () => releaseAndGet('1.0.0-rc'),
    },
    holds('every day'),
  );
  await fileChanges(stage, { file, releaseAndGet });
}
