import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderStore } from '../../../daemon/public/folder-store.ts';

/** A published folder with one file of each kind. */
export interface ContentFolder {
  readonly path: string;
  readonly store: FolderStore;
  remove(): Promise<void>;
}

export const hash = 'ab'.repeat(32);
export const target = `targets/app/1.0/${hash}.tool.bin`;
export const content = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
export const timestampName = 'metadata/timestamp.json';
export const timestamp = Buffer.from('{"timestamp":1}');
export const targetsFile = 'metadata/7.targets.json';

/** Names of which clients encode the one or the other character, or none. */
const odd = [
  'a+b',
  'a@b',
  'a~b',
  'a^b',
  'a!b',
  'a,b',
  'a&b',
  'naïve',
  '日本',
  'a b',
  "it's",
  'a%b',
];
export const oddTargets = odd.map((name) => `targets/${hash}.${name}`);

/** Everything that is published under a name that never changes its content. */
export const immutableNames = [target, ...oddTargets, targetsFile, 'metadata/1.root.json'];

/** Lies in the folder, and is published by nobody. */
const unlisted = 'unlisted';

export async function contentFolder(): Promise<ContentFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-test-'));
  const store = await FolderStore.open(folder);
  for (const name of [...immutableNames, unlisted]) await store.put(name, content);
  await store.replace(timestampName, timestamp);
  return { path: folder, store, remove: () => rm(folder, { recursive: true }) };
}
