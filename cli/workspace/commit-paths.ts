import type { LoadedRepository } from '../../core/rules/repository.ts';
import { targetFile } from '../../core/rules/state.ts';
import type { Project } from './project.ts';
import type { WorkingState } from './drafts.ts';
import { readTreeFile } from './tree-files.ts';

/** What belongs into the commit of the drafts, and what lies beside it and does not. */
export interface CommitPaths {
  /** Drafts and the target files that roles name. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Changed files that no draft accounts for: the gate would refuse them. */
  readonly strangers: readonly string[];
}

export async function commitPaths(
  { git }: Pick<Project, 'git'>,
  { changed, drafts, repository }: Pick<WorkingState, 'changed' | 'drafts' | 'repository'>,
): Promise<CommitPaths> {
  const named = new Set([...drafts.map(({ file }) => file), ...targetFiles(repository)]);
  const paths = { changed: [] as string[], removed: [] as string[], strangers: [] as string[] };
  for (const path of changed) {
    const exists = (await readTreeFile(git.dir, path)) !== undefined;
    const isTarget = path.startsWith('targets/');
    if (exists && named.has(path)) paths.changed.push(path);
    else if (!exists && isTarget && !named.has(path)) paths.removed.push(path);
    else paths.strangers.push(path);
  }
  return paths;
}

function targetFiles({ roles }: LoadedRepository): readonly string[] {
  return [...roles.values()].flatMap(({ document }) =>
    Object.keys(document.signed.targets).map(targetFile),
  );
}
