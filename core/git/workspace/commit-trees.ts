import { readTree, type TreeEntry } from 'isomorphic-git';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Clone } from './clone.ts';

/** A folder of a commit: name → what stands there. */
export type Folder = ReadonlyMap<string, TreeEntry>;

const EMPTY: Folder = new Map();

/** The folder that a tree or commit is. Parsed once in a run: it may hold thousands of files. */
export function folderOf(clone: Clone, oid: ObjectId | undefined): Promise<Folder> {
  if (oid === undefined) return Promise.resolve(EMPTY);
  const known = clone.folders.get(oid) ?? parsed(clone, oid);
  clone.folders.set(oid, known);
  return known;
}

/** What an entry holds when it is a folder, nothing when it is a file or not there. */
export function folderBelow(clone: Clone, entry: TreeEntry | undefined): Promise<Folder> {
  return folderOf(clone, entry?.type === 'tree' ? objectId(entry.oid) : undefined);
}

/** The file or folder at a path of a commit, undefined when there is none. */
export async function entryAt(
  clone: Clone,
  commit: ObjectId | undefined,
  path: string,
): Promise<TreeEntry | undefined> {
  const names = path.split('/');
  const last = names.pop() ?? '';
  let folder = await folderOf(clone, commit);
  for (const name of names) folder = await folderBelow(clone, folder.get(name));
  return folder.get(last);
}

async function parsed(clone: Clone, oid: ObjectId): Promise<Folder> {
  const { tree } = await readTree({ ...clone, oid });
  return new Map(tree.map((entry) => [entry.path, entry]));
}
