/**
 * A TUF repository made by hand: static files, Ed25519, consistent snapshots (TUF 1.0.34 §6.2). The
 * root key signs root and nothing else; one admin key signs all the rest. Nothing of tuf-on-git is
 * in here: any client of the specification reads what it makes.
 */
import path from 'node:path';
import {
  daysFromNow,
  newHandKey,
  sha256,
  signByHand,
  targetEntry,
  toFile,
  type HandKey,
  type Signed,
} from '../kit/by-hand.ts';
import { hashedName, type Content } from '../kit/content.ts';
import { writeFileAt } from '../kit/folders.ts';

export interface Keys {
  readonly root: HandKey;
  readonly admin: HandKey;
}

/** Ten years, so that nobody need sign anything for a long time. That is its weakness, too. */
const lifeDays = 3650;

export function makeKeys(): Keys {
  return { root: newHandKey(), admin: newHandKey() };
}

/**
 * Version 1 of root, or a later one: then those sign it who signed the one before, too.
 * @returns its file; downloaders must get the first by another way
 */
export async function writeRoot(
  folder: string,
  { root, admin }: Keys,
  { version = 1, before = [] }: { version?: number; before?: readonly HandKey[] } = {},
): Promise<string> {
  const by = (key: HandKey) => ({ keyids: [key.keyid], threshold: 1 });
  const signed = {
    ...common('root', version),
    consistent_snapshot: true,
    keys: { [root.keyid]: root.json, [admin.keyid]: admin.json },
    roles: { root: by(root), targets: by(admin), snapshot: by(admin), timestamp: by(admin) },
  };
  const file = path.join(folder, `metadata/${version}.root.json`);
  await writeFileAt(file, toFile(signByHand(signed, [...before, root])));
  return file;
}

/** What the admin does for a release: one more version of everything. */
export async function publish(
  folder: string,
  { admin }: Keys,
  version: number,
  content: Content,
): Promise<void> {
  const write = (name: string, signed: Signed) =>
    writeFileAt(path.join(folder, 'metadata', name), toFile(signByHand(signed, [admin])));
  const targets = Object.fromEntries([...content].map(([to, bytes]) => [to, targetEntry(bytes)]));
  for (const [target, bytes] of content) {
    await writeFileAt(path.join(folder, 'targets', hashedName(target, sha256(bytes))), bytes);
  }
  await write(`${version}.targets.json`, { ...common('targets', version), targets });
  await write(`${version}.snapshot.json`, {
    ...common('snapshot', version),
    meta: { 'targets.json': { version } },
  });
  // Last, for it is what clients ask for first.
  await write('timestamp.json', {
    ...common('timestamp', version),
    meta: { 'snapshot.json': { version } },
  });
}

function common(type: string, version: number) {
  return { _type: type, spec_version: '1.0.34', version, expires: daysFromNow(lifeDays) };
}
