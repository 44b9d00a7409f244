import { lstat, readFile, readlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { hashBlob, statusMatrix } from 'isomorphic-git';
import { hasCode } from '../../error/system-error.ts';
import { EMPTY_TREE, type ObjectId } from '../object-id.ts';
import { resolved, type Clone } from './clone.ts';
import { entryAt } from './commit-trees.ts';
import type { WorkingChange } from './workspace.ts';

type Kind = WorkingChange['change'];

/** How the working tree differs from HEAD, whatever is staged; sorted by path. */
export async function changedFiles(
  clone: Clone,
  within: readonly string[] = ['.'],
): Promise<WorkingChange[]> {
  const head = await resolved(clone, 'HEAD');
  const folders: string[] = [];
  const changes = new Map<string, Kind>();
  for (const path of new Set(within.map((each) => each.replace(/\/+$/, '') || '.'))) {
    const change = await changeAt(clone, head, path);
    if (change === 'folder') folders.push(path);
    else if (change !== undefined) changes.set(path, change);
  }
  for (const [path, change] of await changesBelow(clone, head, folders)) changes.set(path, change);
  return [...changes]
    .map(([path, change]) => ({ path, change }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** One file is compared by its content: walking its folder would cost more. */
async function changeAt(
  clone: Clone,
  head: ObjectId | undefined,
  path: string,
): Promise<Kind | 'folder' | undefined> {
  const [entry, stats] = [await entryAt(clone, head, path), await statsOf(join(clone.dir, path))];
  if (entry?.type === 'tree' || stats?.isDirectory() === true) return 'folder';
  if (stats === undefined) return entry === undefined ? undefined : 'removed';
  if (entry === undefined) return 'added';
  const oid = await contentId(join(clone.dir, path), stats);
  return oid === entry.oid ? undefined : 'modified';
}

async function changesBelow(
  clone: Clone,
  head: ObjectId | undefined,
  folders: readonly string[],
): Promise<[string, Kind][]> {
  if (folders.length === 0) return [];
  const ref = head ?? EMPTY_TREE;
  const rows = await statusMatrix({ ...clone, ref, filepaths: [...folders] });
  return rows.flatMap(([path, inHead, inTree]): [string, Kind][] => {
    const change = kindOfChange(inHead, inTree);
    return change !== undefined && isWithin(path, folders) ? [[path, change]] : [];
  });
}

async function contentId(file: string, stats: Stats): Promise<string> {
  const object = stats.isSymbolicLink()
    ? await readlink(file, { encoding: 'buffer' })
    : await readFile(file);
  return (await hashBlob({ object })).oid;
}

async function statsOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** 0: not there; 1: as in HEAD; 2: different from HEAD. */
function kindOfChange(inHead: 0 | 1, inTree: 0 | 1 | 2): Kind | undefined {
  if (inTree === 0) return inHead === 1 ? 'removed' : undefined;
  if (inHead === 0) return 'added';
  return inTree === 2 ? 'modified' : undefined;
}

/** isomorphic-git compares beginnings: for it `a/bc` is within `a/b`. */
function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some(
    (folder) => folder === '.' || path === folder || path.startsWith(`${folder}/`),
  );
}
