/** Copies of what was published once: a storage that is stuck, or somebody who wants it to be. */
import { isFooled, withstands } from './attack.ts';
import { clockAhead } from './clock.ts';
import { freshDownloader, newDownloader, type Source } from './downloader.ts';
import { gotOldRelease } from './old-release.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

interface Scene {
  readonly storage: Storage;
  readonly source: Source;
  /** The folder of an old set. */
  readonly old: string;
  /** Name of a downloader who sees the new set first. */
  readonly regular: string;
}

/** A timestamp lives 24 hours. */
const nextDay = clockAhead(25);

/** A4, A5 and A6, against timestamps that live a day. */
export async function oldSets(
  stage: Stage,
  { storage, source, old, regular }: Scene,
): Promise<void> {
  const person = await newDownloader(stage, regular, source);
  const common = { mount: () => storage.putBack(old), undo: () => storage.putRight() };
  await withstands(
    stage,
    {
      ...{ ...common, row: 'A4', what: `an old set to ${regular}, who saw the new one` },
      victim: () => person.tryTuf('refresh'),
    },
    'rollback.timestamp',
  );
  const newcomer = freshDownloader(stage, source, ['get', 'lighthouse']);
  await isFooled(
    stage,
    { ...common, row: 'A5', what: 'an old set to somebody new, the same day', victim: newcomer },
    gotOldRelease,
  );
  await withstands(
    stage,
    {
      ...{ ...common, row: 'A5', what: 'an old set to somebody new, a day later' },
      victim: freshDownloader(stage, source, ['get', 'lighthouse'], { env: nextDay }),
      control: newcomer,
    },
    'role.expired',
  );
  await withstands(
    stage,
    {
      ...{ ...common, row: 'A6', what: `the same set to ${regular}, for a day` },
      mount: () => storage.putRight(),
      victim: () => person.with(nextDay).tryTuf('refresh'),
      control: () => person.tryTuf('refresh'),
    },
    'role.expired',
  );
}
