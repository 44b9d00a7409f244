/** Copies of what was published once: a storage that is stuck, or somebody who wants it to be. */
import { isFooled, withstands } from '../kit/attack.ts';
import { clockAhead } from '../kit/clock.ts';
import { freshDownloader, newDownloader, type Source } from '../kit/downloader.ts';
import { gotOldRelease } from '../kit/old-release.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';

interface Scene {
  readonly storage: Storage;
  readonly source: Source;
  /** The folder of an old set. */
  readonly old: string;
}

/** A timestamp lives 24 hours. */
const nextDay = clockAhead(25);

export async function oldSets(stage: Stage, { storage, source, old }: Scene): Promise<void> {
  const bob = await newDownloader(stage, 'bob', source);
  const common = { mount: () => storage.putBack(old), undo: () => storage.putRight() };
  await withstands(
    stage,
    {
      ...{ ...common, row: 'A4', what: 'an old set to bob, who saw the new one' },
      victim: () => bob.tryTuf('refresh'),
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
      ...{ ...common, row: 'A6', what: 'the same set to bob, for a day' },
      mount: () => storage.putRight(),
      victim: () => bob.with(nextDay).tryTuf('refresh'),
      control: () => bob.tryTuf('refresh'),
    },
    'role.expired',
  );
}
