/** A23: what alice has looked at is not what is released, for nothing is signed or compared in between. */
import { isFooled } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import { holds } from '../kit/got.ts';
import type { Stage } from '../kit/stage.ts';

export interface Reviewed {
  /** The file that alice looks at. */
  readonly file: string;
  /** Releases the file, and prints what a downloader gets then. */
  readonly releaseAndGet: (version: string) => Promise<Ended>;
}

export async function fileChanges(stage: Stage, { file, releaseAndGet }: Reviewed): Promise<void> {
  await isFooled(
    stage,
    {
      ...{ row: 'A23', what: 'the file changes after alice has looked at it' },
      mount: () => writeFileAt(file, 'low water at noon, every day\n'),
      victim: () => releaseAndGet('2.0.0'),
      control: async () => {
        await writeFileAt(file, 'low water at 6:12 and 18:40\n');
        const ended = await releaseAndGet('2.0.0-rc');
        await holds('6:12')(ended);
        return ended;
      },
    },
    holds('every day'),
  );
}
