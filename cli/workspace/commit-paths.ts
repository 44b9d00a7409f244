import type { LoadedRepository } from '../../core/rules/repository.ts';
import { targetFile } from '../../core/rules/state.ts';
import { filesOfDraft, goneRoles, type WorkingState } from './drafts.ts';
import { refuseConvertedTarget } from './line-ends.ts';

/** What belongs into the commit of the drafts, and what lies beside it and does not. */
export interface CommitPaths {
  /** Drafts and the target files that roles name. */
  readonly changed: readonly string[];
  /** Files of roles that go, and target files. */
  readonly removed: readonly string[];
  /** Changed files that no draft accounts for: the gate would refuse them. */
  readonly strangers: readonly string[];
}

/** @throws `workspace.dirty` for target files whose line ends were converted */
export async function commitPaths({
  base,
  changed,
  drafts,
  repository,
  read,
}: Pick<
  WorkingState,
  'base' | 'changed' | 'drafts' | 'repository' | 'read'
>): Promise<CommitPaths> {
  const named = new Set([...drafts.flatMap(filesOfDraft), ...targetFiles(repository)]);
  const gone = new Set(goneRoles(base, repository).map(({ file }) => file));
  const paths = { changed: [] as string[], removed: [] as string[], strangers: [] as string[] };
  for (const path of changed) {
    const bytes = await read(path);
    if (bytes !== undefined) refuseConvertedTarget(repository, path, bytes);
    const exists = bytes !== undefined;
    const mayGo = path.startsWith('targets/') || gone.has(path);
    if (exists && named.has(path)) paths.changed.push(path);
    else if (!exists && mayGo && !named.has(path)) paths.removed.push(path);
    else paths.strangers.push(path);
  }
  return paths;
}

function targetFiles({ roles }: LoadedRepository): readonly string[] {
  return [...roles.values()].flatMap(({ document }) =>
    Object.keys(document.signed.targets).map(targetFile),
  );
}
