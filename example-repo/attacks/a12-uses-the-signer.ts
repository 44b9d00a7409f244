/** A12: an intruder on the live server has snapshot and timestamp signed as they like, and no more. */
import { comesAbout, withstands } from '../kit/attack.ts';
import { clockAhead } from '../kit/clock.ts';
import { newest } from '../kit/content.ts';
import { freshDownloader, newDownloader, type Source } from '../kit/downloader.ts';
import { forgeRelease, online, renewOnline, type Sign } from '../kit/forge.ts';
import { gotOldRelease } from '../kit/old-release.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';

export interface Intruder {
  readonly storage: Storage;
  readonly source: Source;
  readonly role: string;
  /** The folder of an old set. */
  readonly old: string;
  readonly sign: Sign;
}

/** A timestamp lives 24 hours, unless somebody signs another. */
const nextDay = clockAhead(25);

export async function usesTheSigner(stage: Stage, intruder: Intruder): Promise<void> {
  const { storage, source, role, old, sign } = intruder;
  const regular = await newDownloader(stage, stage.newName('regular'), source);
  const undo = () => storage.putRight();
  const newcomer = freshDownloader(stage, source, ['get', 'lighthouse']);
  const putOld = async () => {
    const { timestamp } = await online(storage);
    await storage.putBack(old);
    await renewOnline(storage, { timestamp: timestamp.signed.version + 1 }, sign);
  };
  await comesAbout(
    stage,
    {
      ...{ row: 'A12', what: 'an old set with a new timestamp, to somebody new, a day later' },
      ...{ mount: putOld, undo, control: newcomer },
      victim: freshDownloader(stage, source, ['get', 'lighthouse'], { env: nextDay }),
    },
    'limited to old sets',
    gotOldRelease,
  );
  await withstands(
    stage,
    {
      ...{ row: 'A12', what: 'the same to somebody who saw the new set' },
      ...{ mount: putOld, undo },
      victim: () => regular.tryTuf('refresh'),
    },
    'rollback.snapshot',
  );
  const forged = Buffer.from('echo this is not the lighthouse\n');
  await withstands(
    stage,
    {
      ...{ row: 'A12', what: 'a release of their own, with snapshot and timestamp signed' },
      ...{ mount: () => forgeRelease(storage, role, newest, forged, sign), undo },
      victim: newcomer,
    },
    'role.threshold',
  );
}
