import type { BareRepository } from '../git/binary/bare-repository.ts';
import { objectId, type ObjectId } from '../git/object-id.ts';
import { shownPath } from '../git/binary/tree-object.ts';
import type { TreeEntry } from '../git/binary/trees.ts';
import type { RepositoryState, StateChange, StateEntry } from '../rules/state.ts';

/** No file of a push is larger: `receive.maxInputSize` stops the whole push before. */
const maxFileBytes = 256 * 2 ** 20;

/** What is read of a role that no rule has judged in this run; the rules allow less. */
export const maxRoleBytes = 8 * 2 ** 20;

/** The tree of a commit as the rules see it; contents are read when a rule asks. */
export async function readState(
  repository: BareRepository,
  commit: ObjectId,
): Promise<RepositoryState> {
  const tree = await repository.openTree(commit);
  return {
    find: async (path) => {
      const entry = await tree.find(path);
      return entry && stateEntry(entry);
    },
    list: async (folder) => (await tree.list(folder)).map(stateEntry),
    size: async ({ oid }) => (await repository.sizes([objectId(oid)])).get(objectId(oid)) ?? 0,
    read: async (entry) => repository.blob(objectId(entry.oid), maxFileBytes, entry.shown),
  };
}

/**
 * What differs between two commits, folders included, as the rules see it.
 * @param before undefined: everything in `after` is new
 * @throws `git.too-many`
 */
export async function readChanges(
  repository: BareRepository,
  before: ObjectId | undefined,
  after: ObjectId,
  maxEntries?: number,
): Promise<readonly StateChange[]> {
  const limits = maxEntries === undefined ? {} : { maxEntries };
  const changes = await repository.changes(before, after, limits);
  return changes.map(({ path, pathBytes, ...sides }) => ({
    path,
    shown: shownPath(pathBytes),
    ...sides,
  }));
}

function stateEntry({ path, pathBytes, mode, oid }: TreeEntry): StateEntry {
  return { path, shown: shownPath(pathBytes), mode, oid };
}
