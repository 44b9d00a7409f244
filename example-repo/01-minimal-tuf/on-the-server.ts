/** A10, A12, A14 to A16 and A18, where the server is a folder, and one key signs all releases. */
import { readFile, writeFile } from 'node:fs/promises';
import { isFooled, requireText, withstands, type Attack } from '../kit/attack.ts';
import { sha256, signByHand, type HandKey } from '../kit/by-hand.ts';
import { clockAhead } from '../kit/clock.ts';
import type { Ended } from '../kit/command.ts';
import { hashedName, newest, readReleases } from '../kit/content.ts';
import { outside } from '../kit/door-attacks.ts';
import { freshDownloader, newDownloader, type Source } from '../kit/downloader.ts';
import { forgeRelease, highest, renewOnline, type Sign } from '../kit/forge.ts';
import { gotOldRelease } from '../kit/old-release.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Stage } from '../kit/stage.ts';
import type { Storage } from '../kit/storage.ts';

export interface OnTheServer {
  readonly storage: Storage;
  readonly source: Source;
  /** The folder of an old set. */
  readonly old: string;
  /** Signs targets, snapshot and timestamp. */
  readonly admin: HandKey;
}

const forged = Buffer.from('echo this is not the lighthouse\n');
const oneYear = clockAhead(365 * 24);

export async function onTheServer(stage: Stage, scene: OnTheServer): Promise<void> {
  const { storage, source, old, admin } = scene;
  const sign: Sign = (_role, { signed }) => Promise.resolve(signByHand(signed, [admin]));
  const fresh = (...args: readonly string[]) => freshDownloader(stage, source, args);
  const attack = (row: string, what: string, mount: Attack['mount'] & object): Attack => ({
    ...{ row, what, mount, undo: () => storage.putRight() },
    victim: fresh('get', 'lighthouse'),
  });
  const path = attack('A10', 'a signed target path leaves the folder', () =>
    forgeRelease(storage, 'targets', outside, forged, sign),
  );
  const curious = { victim: fresh('get', outside), control: path.victim };
  await withstands(stage, { ...path, ...curious }, 'search.not-found');
  const later = freshDownloader(stage, source, ['get', 'lighthouse'], { env: oneYear });
  const putOld = () => storage.putBack(old);
  const live = attack('A12', 'an intruder shows an old set to somebody new, for a year', putOld);
  await isFooled(stage, { ...live, victim: later }, gotOldRelease);
  await isFooled(
    stage,
    attack('A15', 'the server is restored from a backup', putOld),
    gotOldRelease,
  );
  await fastForward(stage, scene, sign);
  const bad = attack('A16', 'metadata that nobody signed is put there', () =>
    forgeRelease(storage, 'targets', newest, forged),
  );
  const cutOff = { victim: refusedWith('role.threshold', bad.victim), control: bad.victim };
  await isFooled(stage, { ...bad, ...cutOff }, () => Promise.resolve('all clients are cut off'));
  const half = attack('A18', 'an upload is cut half-way: metadata is there, half a file', () =>
    cutFile(storage),
  );
  const get = fresh('get', 'lighthouse');
  await isFooled(stage, { ...half, victim: fresh('list') }, async ({ stdout }) => {
    requireText(stdout, '1.1.0');
    return `clients see the release, and get: ${refusalIn(await get(), 'download.too-short')}`;
  });
}

/** A14: nothing that the honest admin can sign is above the highest version. */
async function fastForward(
  stage: Stage,
  { storage, source }: OnTheServer,
  sign: Sign,
): Promise<void> {
  const regular = await newDownloader(stage, stage.newName('regular'), source);
  const refresh = () => regular.tryTuf('refresh');
  await isFooled(
    stage,
    {
      ...{ row: 'A14', what: "with the admin's key, versions are put as high as they go" },
      mount: () => renewOnline(storage, { snapshot: highest, timestamp: highest }, sign),
      victim: refresh,
      undo: () => storage.putRight(),
    },
    async () => {
      await storage.putRight();
      return `and of what is honest: ${refusalIn(await refresh(), 'rollback.timestamp')}`;
    },
  );
}

/** That the victim gets nothing is what the attacker wants. */
function refusedWith(code: string, victim: () => Promise<Ended>): () => Promise<Ended> {
  return async () => {
    const ended = await victim();
    return { ...ended, status: 0, stdout: refusalIn(ended, code) };
  };
}

async function cutFile(storage: Storage): Promise<void> {
  const content = (await readReleases()).all.get(newest) ?? forged;
  const file = storage.at('targets', hashedName(newest, sha256(content)));
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, whole.length / 2));
}
