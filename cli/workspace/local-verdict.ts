/**
 * What the gate will say of the drafts, asked before anybody signs: the same rules, the same codes.
 * Thresholds apart, which is what signing is for.
 */
import { formatDocument } from '../../core/metadata/document.ts';
import type { DocumentCache } from '../../core/rules/repository.ts';
import type { RepositoryState, StateChange, TargetBlobs } from '../../core/rules/state.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';
import { measuredBlobs } from './measured-blobs.ts';
import { commitPaths } from './commit-paths.ts';
import type { WorkingState } from './drafts.ts';
import { changesOf, stateOf } from './file-state.ts';
import { validSignatures } from './sign-drafts.ts';
import type { Project } from './project.ts';
import { readTreeFile } from './tree-files.ts';

/** Everything that is wrong with the commit that signing the drafts would make. */
export async function localVerdict(
  project: Project,
  working: WorkingState,
): Promise<readonly RuleFinding[]> {
  const states = await statesOf(project, working);
  return gateRefusals(project, states, working.base.cache, measuredBlobs(project));
}

interface Transition {
  readonly before: RepositoryState;
  readonly after: RepositoryState;
  readonly changes: readonly StateChange[];
}

/** What the gate refuses of a transition; which keys the server's signer holds is not known here. */
export async function gateRefusals(
  { trusted, now }: Pick<Project, 'trusted' | 'now'>,
  { before, after, changes }: Transition,
  cache: DocumentCache,
  blobs?: TargetBlobs,
): Promise<readonly RuleFinding[]> {
  const context = {
    receivedAt: now,
    pinnedRoot: trusted,
    onlineKeys: undefined,
    thresholds: 'left-open' as const,
    ...(blobs === undefined ? {} : { blobs }),
  };
  return (await verifyTransition(before, after, changes, context, cache)).refusals;
}

/** The base, and the base with what would be committed. */
async function statesOf({ git }: Project, working: WorkingState): Promise<Transition> {
  const { base } = working;
  const { changed, removed } = await commitPaths({ git }, working);
  const touched = new Set([...changed, ...removed]);
  const all = await git.listAt(base.commit, '');
  const elsewhere = {
    paths: all.filter((path) => !path.startsWith('metadata/') && !touched.has(path)),
    read: (path: string) => git.readAt(base.commit, path),
  };
  const [before, after] = [new Map(base.files), new Map(base.files)];
  for (const path of touched) {
    const was = await git.readAt(base.commit, path);
    const is = await readTreeFile(git.dir, path);
    if (was !== undefined) before.set(path, was);
    if (is === undefined) after.delete(path);
    else after.set(path, is);
  }
  // Signing drops signatures over what a draft said before: they are no reason to refuse it.
  for (const draft of working.drafts) {
    after.set(draft.file, formatDocument(draft.after.signedJson, validSignatures(draft)));
  }
  const changes = changesOf(before, after);
  return { before: stateOf(before, elsewhere), after: stateOf(after, elsewhere), changes };
}
