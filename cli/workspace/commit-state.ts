import { visible } from '../../core/error/error.ts';
import { objectId, type ObjectId } from '../../core/git/object-id.ts';
import type { CommitEntry, Workspace } from '../../core/git/workspace/workspace.ts';
import type { RepositoryState, StateChange, StateEntry } from '../../core/rules/state.ts';

/** The tree of a commit as the rules see it; contents are read when a rule asks. */
export async function stateAt(git: Workspace, commit: ObjectId): Promise<RepositoryState> {
  const tree = await git.tree(commit);
  const read = ({ mode, oid }: StateEntry): Promise<Buffer> =>
    tree.read({ mode, oid: objectId(oid) });
  return {
    find: async (path) => {
      const entry = await tree.find(path);
      return entry && stateEntry(entry);
    },
    list: async (folder) => (await tree.list(folder)).map(stateEntry),
    size: async (entry) => (await read(entry)).length,
    read,
  };
}

/** What differs between two commits as the rules see it, folders included. */
export async function changesBetween(
  git: Workspace,
  from: ObjectId,
  to: ObjectId,
): Promise<readonly StateChange[]> {
  const changes = await git.treeChanges(from, to);
  return changes.map((change) => ({ ...change, shown: visible(change.path) }));
}

function stateEntry(entry: CommitEntry): StateEntry {
  return { ...entry, shown: visible(entry.path) };
}
