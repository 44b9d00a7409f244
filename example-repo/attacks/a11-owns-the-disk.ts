/** A11: an intruder owns all that the server has, and no key: everything is made anew, with theirs. */
import { readdir, readFile } from 'node:fs/promises';
import { newHandKey, signByHand, toFile, type Envelope, type RootSigned } from '../kit/by-hand.ts';
import { newest } from '../kit/content.ts';
import { writeFileAt } from '../kit/folders.ts';
import { forgeRelease, type Sign } from '../kit/forge.ts';
import type { Storage } from '../kit/storage.ts';

/** A release of their own, and a root that gives every role to their key, as the next one. */
export async function ownEverything(
  storage: Storage,
  role: string,
  content: Buffer,
): Promise<void> {
  const thief = newHandKey();
  const sign: Sign = (_role, { signed }) => Promise.resolve(signByHand(signed, [thief]));
  await forgeRelease(storage, role, newest, content, sign);
  const { signed } = await newestRoot(storage);
  const theirs = { keyids: [thief.keyid], threshold: 1 };
  const version = signed.version + 1;
  const root: RootSigned = {
    ...{ ...signed, version, keys: { [thief.keyid]: thief.json } },
    roles: { root: theirs, targets: theirs, snapshot: theirs, timestamp: theirs },
  };
  const file = storage.at('metadata', `${version}.root.json`);
  await writeFileAt(file, toFile(signByHand(root, [thief])));
}

async function newestRoot(storage: Storage): Promise<Envelope<RootSigned>> {
  const names = await readdir(storage.at('metadata'));
  const versions = names.flatMap((name) => /^(\d+)\.root\.json$/.exec(name)?.[1] ?? []).map(Number);
  const file = storage.at('metadata', `${Math.max(...versions)}.root.json`);
  return JSON.parse(await readFile(file, 'utf8')) as Envelope<RootSigned>;
}
