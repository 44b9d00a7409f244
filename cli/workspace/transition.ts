import type { Workspace } from '../../core/git/workspace/workspace.ts';
import type { RepositoryState, StateChange } from '../../core/rules/state.ts';
import type { Base } from './base.ts';
import { changesOf, stateOf } from './file-state.ts';

/** Files as a change leaves them, by path in the tree; undefined for one that goes. */
export type FileChanges = ReadonlyMap<string, Uint8Array | undefined>;

/** A change of the repository as the gate's rules see it. */
export interface Transition {
  readonly before: RepositoryState;
  readonly after: RepositoryState;
  readonly changes: readonly StateChange[];
}

/** From the base to the commit that changes these files of it. */
export async function transitionFrom(
  git: Workspace,
  base: Base,
  files: FileChanges,
): Promise<Transition> {
  const all = await git.listAt(base.commit, '');
  const elsewhere = {
    paths: all.filter((path) => !path.startsWith('metadata/') && !files.has(path)),
    read: (path: string) => git.readAt(base.commit, path),
  };
  const [before, after] = [new Map(base.files), new Map(base.files)];
  for (const [path, bytes] of files) {
    const was = await git.readAt(base.commit, path);
    if (was !== undefined) before.set(path, was);
    if (bytes === undefined) after.delete(path);
    else after.set(path, bytes);
  }
  return {
    before: stateOf(before, elsewhere),
    after: stateOf(after, elsewhere),
    changes: changesOf(before, after),
  };
}
