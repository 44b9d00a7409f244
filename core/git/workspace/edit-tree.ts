import { writeTree, type TreeEntry } from 'isomorphic-git';
import { fault } from '../../error/error.ts';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Clone } from './clone.ts';
import { folderOf } from './commit-trees.ts';

/** Path → the blob that belongs there, or undefined where the file goes away. */
export type Edits = ReadonlyMap<string, ObjectId | undefined>;

/**
 * A tree with files put in (mode 100644) and taken out; folders that become empty go away.
 * @param base undefined: an empty tree
 * @throws `workspace.not-allowed` for a path that is the folder of another file
 */
export async function editTree(
  clone: Clone,
  base: ObjectId | undefined,
  edits: Edits,
): Promise<ObjectId | undefined> {
  const tree = new Map(await folderOf(clone, base));
  const folders = new Map<string, Map<string, ObjectId | undefined>>();
  for (const [path, oid] of edits) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      putFile(tree, path, oid);
    } else {
      const name = path.slice(0, slash);
      const below = folders.get(name) ?? new Map<string, ObjectId | undefined>();
      folders.set(name, below.set(path.slice(slash + 1), oid));
    }
  }
  for (const [name, below] of folders) await putFolder(clone, tree, name, below);
  if (tree.size === 0) return undefined;
  return objectId(await writeTree({ ...clone, tree: [...tree.values()] }));
}

function putFile(tree: Map<string, TreeEntry>, name: string, oid: ObjectId | undefined): void {
  const there = tree.get(name);
  if (oid === undefined) {
    if (there?.type !== 'tree') tree.delete(name);
    return;
  }
  if (there?.type === 'tree') throw inTheWay(name);
  tree.set(name, { path: name, mode: '100644', type: 'blob', oid });
}

async function putFolder(
  clone: Clone,
  tree: Map<string, TreeEntry>,
  name: string,
  edits: Edits,
): Promise<void> {
  const there = tree.get(name);
  const isNeeded = [...edits.values()].some((oid) => oid !== undefined);
  if (there !== undefined && there.type !== 'tree') {
    if (isNeeded) throw inTheWay(name);
    return;
  }
  const base = there === undefined ? undefined : objectId(there.oid);
  const oid = await editTree(clone, base, edits);
  if (oid === undefined) tree.delete(name);
  else tree.set(name, { path: name, mode: '040000', type: 'tree', oid });
}

function inTheWay(name: string): Error {
  return fault('workspace.not-allowed', name, 'a file and a folder of one name');
}
