/** A19 where nobody looks what others have made meanwhile: who writes last wins, and nobody is told. */
import { isFooled } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Stage } from '../kit/stage.ts';

export interface LastWriter {
  /** Looks at what there is; what it resolves with puts a product of harbour on that, and publishes. */
  readonly begin: (product: string) => Promise<() => Promise<unknown>>;
  /** What a downloader gets of the product. */
  readonly get: (product: string) => Promise<Ended>;
}

export async function lastWriterWins(stage: Stage, { begin, get }: LastWriter): Promise<void> {
  await isFooled(
    stage,
    {
      ...{ row: 'A19', what: 'alice and bob release at once, and both are told that it went well' },
      victim: async () => {
        const [alice, bob] = [await begin('piers'), await begin('buoys')];
        await alice();
        await bob();
        return get('buoys');
      },
      control: async () => {
        await (
          await begin('moorings')
        )();
        return get('moorings');
      },
    },
    async () => refusalIn(await get('piers'), 'search.not-found'),
  );
}
