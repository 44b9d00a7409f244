import type { BareRepository } from '../git/binary/bare-repository.ts';
import { shownPath } from '../git/binary/tree-object.ts';
import { objectId, type ObjectId } from '../git/object-id.ts';
import type { RepositoryState } from '../rules/state.ts';

/** No file of a push is larger: `receive.maxInputSize` stops the whole push before. */
const maxFileBytes = 256 * 2 ** 20;

/** The tree of a commit as the rules see it; contents are read when a rule asks. */
export async function readState(
  repository: BareRepository,
  commit: ObjectId,
): Promise<RepositoryState> {
  const tree = await repository.tree(commit);
  return {
    entries: tree.map((entry) => ({ ...entry, shown: shownPath(entry.pathBytes) })),
    size: async ({ oid }) => (await repository.sizes([objectId(oid)])).get(objectId(oid)) ?? 0,
    read: async (entry) => repository.blob(objectId(entry.oid), maxFileBytes, entry.shown),
  };
}
