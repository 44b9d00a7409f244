import type { LoadedRepository } from '../../core/rules/repository.ts';
import { targetFile } from '../../core/rules/state.ts';
import type { WorkingState } from '../workspace/drafts.ts';
import type { Redraft } from '../workspace/redraft.ts';

/** Takes those of the target files away that are in the tree and that no role lists any more. */
export async function unlistedFiles(
  working: Pick<WorkingState, 'read'>,
  paths: Iterable<string>,
  { roles }: LoadedRepository,
): Promise<readonly Redraft[]> {
  const edits: Redraft[] = [];
  for (const path of paths) {
    const isListed = [...roles.values()].some(({ document }) =>
      Object.hasOwn(document.signed.targets, path),
    );
    const file = targetFile(path);
    if (isListed || (await working.read(file)) === undefined) continue;
    edits.push({ file, bytes: undefined, isDraft: true });
  }
  return edits;
}
