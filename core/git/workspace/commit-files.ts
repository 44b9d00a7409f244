import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBlob } from 'isomorphic-git';
import { hasCode } from '../../error/system-error.ts';
import { resolved, type Clone } from './clone.ts';
import { entryAt, folderBelow, folderOf, type Folder } from './commit-trees.ts';

/** A file as it is in a commit; undefined when the ref or a file of that name is not there. */
export async function readAt(clone: Clone, ref: string, path: string): Promise<Buffer | undefined> {
  const entry = await entryAt(clone, await resolved(clone, ref), path);
  if (entry?.type !== 'blob') return undefined;
  const inTree = ordinaryFile(join(clone.dir, path));
  if (inTree !== undefined && blobId(inTree) === entry.oid) return inTree;
  return Buffer.from((await readBlob({ ...clone, oid: entry.oid })).blob);
}

/**
 * Of the working tree. Most files stand there as the commit has them, and reading one costs a
 * fraction of unpacking its object; thousands are read one after the other, so without a wait each.
 */
function ordinaryFile(file: string): Buffer | undefined {
  try {
    const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
    return isFile ? readFileSync(file) : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return undefined;
    throw error;
  }
}

function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
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
