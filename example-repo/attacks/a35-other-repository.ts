/**
 * A35: another repository under the same keys is served in the place of the one that was asked for. The
 * specification has no name of a repository in its metadata; ours has, and our client looks at it.
 */
import { isFooled, requireText, withstands, type Attack } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';
import { byTufJs } from '../kit/tuf-js.ts';

export interface OtherRepository {
  readonly storage: Storage;
  readonly source: Source;
  /** The folder that the other one publishes. */
  readonly other: string;
  /** What a list of its targets has, and one of the right repository has not. */
  readonly mark: string;
}

/** As of milestone 2. */
export async function otherRepository(stage: Stage, swapped: OtherRepository): Promise<void> {
  const attack = attackOf(swapped, freshDownloader(stage, swapped.source, ['refresh']));
  await withstands(stage, attack, 'role.other-repository');
  await toOthers(stage, swapped);
}

/** Where metadata does not say which repository it is of. */
export async function namelessRepository(stage: Stage, swapped: OtherRepository): Promise<void> {
  const attack = attackOf(swapped, freshDownloader(stage, swapped.source, ['list']));
  await isFooled(stage, attack, shows(swapped.mark));
  await toOthers(stage, swapped);
}

async function toOthers(stage: Stage, swapped: OtherRepository): Promise<void> {
  const attack = attackOf(swapped, byTufJs(stage, swapped.source));
  const others = { ...attack, what: 'the same, to another client: tuf-js', client: 'tuf-js' };
  await isFooled(stage, others, shows(swapped.mark));
}

function attackOf({ storage, other }: OtherRepository, victim: Attack['victim']): Attack {
  return {
    ...{ row: 'A35', what: 'another repository under the same keys is served in its place' },
    mount: () => storage.putBack(other),
    victim,
    undo: () => storage.putRight(),
  };
}

function shows(mark: string): (ended: Ended) => Promise<string> {
  return ({ stdout }) => Promise.resolve(`what it lists: ${requireText(stdout, mark)}`);
}
