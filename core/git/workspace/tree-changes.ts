import type { TreeEntry } from 'isomorphic-git';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Clone } from './clone.ts';
import { folderBelow, folderOf, type Folder } from './commit-trees.ts';
import type { TreeChange, TreeSide } from './workspace.ts';

/** What differs between two commits, folders included; `from` undefined: all of the other one's. */
export async function treeChanges(
  clone: Clone,
  from: ObjectId | undefined,
  to: ObjectId,
): Promise<TreeChange[]> {
  return differing(clone, await folderOf(clone, from), await folderOf(clone, to), '');
}

/** The files among them, by path. */
export async function differingFiles(
  clone: Clone,
  from: ObjectId | undefined,
  to: ObjectId,
): Promise<string[]> {
  const changes = await treeChanges(clone, from, to);
  return changes.filter(({ before, after }) => isFile(before) || isFile(after)).map(pathOf);
}

export function sideOf({ mode, oid }: TreeEntry): TreeSide {
  return { mode, oid: objectId(oid) };
}

async function differing(
  clone: Clone,
  before: Folder,
  after: Folder,
  prefix: string,
): Promise<TreeChange[]> {
  const changes: TreeChange[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [one, two] = [before.get(name), after.get(name)];
    if (one?.oid === two?.oid && one?.mode === two?.mode) continue;
    const path = prefix + name;
    changes.push({ path, before: one && sideOf(one), after: two && sideOf(two) });
    const [left, right] = [await folderBelow(clone, one), await folderBelow(clone, two)];
    changes.push(...(await differing(clone, left, right, `${path}/`)));
  }
  return changes;
}

function isFile(side: TreeSide | undefined): boolean {
  return side !== undefined && side.mode !== '040000';
}

function pathOf({ path }: TreeChange): string {
  return path;
}
