/** A22 and A23: the script signs what it is handed, and reads the file when it comes to it. */
import { isFooled, type Attack } from '../kit/attack.ts';
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
  const attack = (row: string, what: string, version: string): Attack => {
    const releaseAndGet = async (target: string) => {
      succeeded(await release(target, file));
      return got(stage, source, target);
    };
    return {
      ...{ row, what },
      victim: () => releaseAndGet(`harbour/tides/${version}/tides.txt`),
      control: async () => {
        await writeFileAt(file, 'low water at 6:12 and 18:40\n');
        const ended = await releaseAndGet(`harbour/tides/${version}-rc/tides.txt`);
        await holds('6:12')(ended);
        return ended;
      },
    };
  };
  await isFooled(
    stage,
    {
      ...attack('A22', 'the server prepares another change, and the script signs it', '1.0.0'),
      mount: () => lieAboutNext(liar, server.console, forged),
    },
    holds('every day'),
  );
  await isFooled(
    stage,
    {
      ...attack('A23', 'the file changes after alice has looked at it', '2.0.0'),
      mount: () => writeFileAt(file, forged),
    },
    holds('every day'),
  );
}
