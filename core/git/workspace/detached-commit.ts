import { readCommit, writeBlob, writeCommit } from 'isomorphic-git';
import { EMPTY_TREE, objectId, type ObjectId } from '../object-id.ts';
import { authorship } from './authorship.ts';
import type { Clone } from './clone.ts';
import { editTree } from './edit-tree.ts';
import type { DetachedCommit } from './workspace.ts';

/** Writes objects and nothing else: no ref, no index, no file of the working tree. */
export async function commitOnto(
  clone: Clone,
  parent: ObjectId,
  wanted: DetachedCommit,
): Promise<ObjectId> {
  const base = objectId((await readCommit({ ...clone, oid: parent })).commit.tree);
  const edits = new Map<string, ObjectId | undefined>();
  for (const [path, bytes] of wanted.files) {
    edits.set(path, bytes && objectId(await writeBlob({ ...clone, blob: bytes })));
  }
  const tree = (await editTree(clone, base, edits)) ?? EMPTY_TREE;
  const message = `${wanted.message.trimEnd()}\n`;
  const commit = { ...authorship(wanted), message, tree, parent: [parent] };
  return objectId(await writeCommit({ ...clone, commit }));
}
