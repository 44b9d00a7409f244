/** What somebody can try who writes to the storage, or sits on the way, and has no key. */
import { copyFile, writeFile } from 'node:fs/promises';
import { ownEverything } from '../attacks/a11-owns-the-disk.ts';
import { withstands, type Attack } from './attack.ts';
import { sha256 } from './by-hand.ts';
import { hashedName, newest, older, readReleases } from './content.ts';
import { freshDownloader, type Source } from './downloader.ts';
import { writeFileAt } from './folders.ts';
import { forgeRelease } from './forge.ts';
import type { Stage } from './stage.ts';
import { serveWithoutEnd } from './static-server.ts';
import type { Storage } from './storage.ts';

export interface Tampered {
  readonly storage: Storage;
  readonly source: Source;
  /** The role that lists the newest lighthouse, and the version of it that is current. */
  readonly role: string;
  readonly version: number;
  /** With what clients refuse another version of it: that depends on what the snapshot says of it. */
  readonly mismatch: string;
}

const forged = Buffer.from('echo this is not the lighthouse\n');
const nobodysVersion = 'lighthouse/lighthouse/9.0.0/lighthouse-9.0.0.sh';

/** A1, A2, A3, A7, A8, A9 and A11, each on somebody who has never seen the repository before. */
export async function tamperedStorage(stage: Stage, tampered: Tampered): Promise<void> {
  const { storage, source, role, version, mismatch } = tampered;
  const victim = freshDownloader(stage, source, ['get', 'lighthouse']);
  const undo = () => storage.putRight();
  const attack = (row: string, what: string, mount: () => Promise<void>): Attack => ({
    ...{ row, what, mount, victim, undo },
  });
  const serve = await serverOf(storage);
  const current = storage.at('metadata', `${version}.${role}.json`);
  const before = storage.at('metadata', `${version - 1}.${role}.json`);

  const swap = attack('A1', 'an artifact is swapped', () => serve(forged));
  await withstands(stage, swap, 'target.hash');
  const forge = attack('A2', 'artifact and all metadata are edited to match', () =>
    forgeRelease(storage, role, newest, forged),
  );
  await withstands(stage, forge, 'role.threshold');
  await withstands(stage, await endless(stage, attack, source), 'download.too-long');
  const mix = attack('A7', 'old targets among new files', () => copyFile(before, current));
  await withstands(stage, mix, mismatch);
  const { all } = await readReleases();
  const mislead = attack('A8', 'version 1.0.0 is served as version 1.1.0', () =>
    serve(all.get(older) ?? forged),
  );
  await withstands(stage, mislead, 'target.hash');
  const unnamed = attack('A9', 'a version that nobody signed', () =>
    writeFileAt(storage.at('targets', hashedName(nobodysVersion, sha256(forged))), forged),
  );
  const curious = freshDownloader(stage, source, ['get', 'lighthouse=9.0.0']);
  await withstands(stage, { ...unnamed, victim: curious, control: victim }, 'search.not-found');
  const anew = attack('A11', 'all is made anew by an intruder, with a root of their own', () =>
    ownEverything(storage, role, forged),
  );
  await withstands(stage, anew, 'role.threshold');
}

type MakeAttack = (row: string, what: string, mount: () => Promise<void>) => Attack;

async function endless(stage: Stage, attack: MakeAttack, source: Source): Promise<Attack> {
  const hostile = { ...source, url: await serveWithoutEnd(stage) };
  const usual = attack('A3', 'answers that never end', () => Promise.resolve());
  const victim = freshDownloader(stage, hostile, ['get', 'lighthouse']);
  return { ...usual, victim, control: usual.victim };
}

/** Serves other bytes as the newest lighthouse, of the same length: only a hash can tell. */
async function serverOf(storage: Storage): Promise<(bytes: Buffer) => Promise<void>> {
  const { all } = await readReleases();
  const wanted = all.get(newest) ?? forged;
  const file = storage.at('targets', hashedName(newest, sha256(wanted)));
  const padding = Buffer.alloc(wanted.length, '\n');
  return (bytes) => writeFile(file, Buffer.concat([bytes, padding]).subarray(0, wanted.length));
}
