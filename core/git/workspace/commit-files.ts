import { readBlob } from 'isomorphic-git';
import { resolved, type Clone } from './clone.ts';
import { entryAt, folderBelow, folderOf, type Folder } from './commit-trees.ts';

/** A file as it is in a commit; undefined when the ref or a file of that name is not there. */
export async function readAt(clone: Clone, ref: string, path: string): Promise<Buffer | undefined> {
  const entry = await entryAt(clone, await resolved(clone, ref), path);
  if (entry?.type !== 'blob') return undefined;
  return Buffer.from((await readBlob({ ...clone, oid: entry.oid })).blob);
}

/** The paths of the files of a commit below a folder, sorted. */
export async function listAt(clone: Clone, ref: string, folder: string): Promise<string[]> {
  const commit = await resolved(clone, ref);
  const path = folder.replace(/\/+$/, '');
  if (path === '') return (await filesBelow(clone, await folderOf(clone, commit), '')).sort();
  const top = await folderBelow(clone, await entryAt(clone, commit, path));
  return (await filesBelow(clone, top, `${path}/`)).sort();
}

async function filesBelow(clone: Clone, folder: Folder, prefix: string): Promise<string[]> {
  const lists = await Promise.all(
    [...folder].map(async ([name, entry]) =>
      entry.type === 'tree'
        ? filesBelow(clone, await folderBelow(clone, entry), `${prefix}${name}/`)
        : [prefix + name],
    ),
  );
  return lists.flat();
}
