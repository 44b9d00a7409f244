/** A37 where nothing records who released what: a release says of itself whatever it likes. */
import { isFooled } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import { holds } from '../kit/got.ts';
import type { Stage } from '../kit/stage.ts';

export interface NobodyKnows {
  /** A release, by whoever can release; it holds this. */
  readonly release: (version: string, content: string) => Promise<unknown>;
  /** Prints what a downloader gets of it. */
  readonly get: (version: string) => Promise<Ended>;
}

export async function nobodyKnowsWho(stage: Stage, { release, get }: NobodyKnows): Promise<void> {
  const by = (name: string) => `low water at noon, every day; released by ${name}\n`;
  await isFooled(
    stage,
    {
      ...{ row: 'A37', what: '"I never released that", says bob, and nothing names him' },
      mount: async () => {
        await release('3.1.0', by('alice'));
      },
      victim: () => get('3.1.0'),
      control: async () => {
        await release('3.0.0', by('bob'));
        return get('3.0.0');
      },
    },
    holds('released by alice'),
  );
}
