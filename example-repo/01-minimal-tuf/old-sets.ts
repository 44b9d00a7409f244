/** Old sets, complete and correctly signed: only memory and expiry can tell them from new ones. */
import { isFooled, requireText, withstands, type Attack } from '../kit/attack.ts';
import { clockAhead } from '../kit/clock.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { gotOldRelease } from '../kit/old-release.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';

export interface OldSets {
  readonly storage: Storage;
  /** The folder of an old set. */
  readonly old: string;
  readonly source: Source;
  /** Somebody who has seen the new set. */
  readonly alice: Person;
}

const eightYears = 8 * 365 * 24;

export async function oldSets(stage: Stage, sets: OldSets): Promise<void> {
  const { storage, old, source, alice } = sets;
  const attack = (row: string, what: string, victim: Attack['victim']): Attack => ({
    ...{ row, what, victim },
    mount: () => storage.putBack(old),
    undo: () => storage.putRight(),
  });
  await withstands(
    stage,
    attack('A4', 'an old set to alice, who saw the new one', () => alice.tryTuf('refresh')),
    'rollback.timestamp',
  );
  await isFooled(
    stage,
    attack(
      'A5',
      'an old set to somebody new',
      freshDownloader(stage, source, ['get', 'lighthouse']),
    ),
    gotOldRelease,
  );
  const later = alice.with(clockAhead(eightYears));
  await isFooled(
    stage,
    {
      ...attack('A6', 'the same set for eight years', () => later.tryTuf('refresh')),
      control: () => alice.tryTuf('refresh'),
      mount: () => storage.putRight(),
    },
    ({ stdout }) => Promise.resolve(requireText(stdout, 'timestamp')),
  );
}
