import { findMergeBase, isDescendent, log } from 'isomorphic-git';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Clone } from './clone.ts';
import type { PastCommit } from './workspace.ts';

/** Whether the history of one commit holds another; that of no commit holds nothing. */
export async function contains(
  clone: Clone,
  history: ObjectId | undefined,
  oid: ObjectId | undefined,
): Promise<boolean> {
  if (oid === undefined || history === oid) return true;
  if (history === undefined) return false;
  return isDescendent({ ...clone, oid: history, ancestor: oid, depth: -1 });
}

/** The newest commit that both histories hold, if they have any in common. */
export async function mergeBase(
  clone: Clone,
  one: ObjectId,
  other: ObjectId,
): Promise<ObjectId | undefined> {
  const [found] = (await findMergeBase({ ...clone, oids: [one, other] })) as string[];
  return found === undefined ? undefined : objectId(found);
}

/** A commit and all before it, newest first. */
export async function history(clone: Clone, from: ObjectId): Promise<PastCommit[]> {
  const commits = await log({ ...clone, ref: from });
  return commits.map(({ oid, commit: { message, committer } }) => ({
    oid: objectId(oid),
    message,
    time: new Date(committer.timestamp * 1000),
  }));
}
