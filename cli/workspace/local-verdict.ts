/**
 * What the gate will say of the drafts, asked before anybody signs: the same rules, the same codes.
 * Thresholds apart, which is what signing is for.
 */
import { formatDocument } from '../../core/metadata/document.ts';
import { loadRepository, type LoadedRepository } from '../../core/rules/repository.ts';
import type { RepositoryState } from '../../core/rules/state.ts';
import { checkTargetFiles } from '../../core/rules/target-rules.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';
import { commitPaths } from './commit-paths.ts';
import type { WorkingState } from './drafts.ts';
import { stateOf } from './file-state.ts';
import { validSignatures } from './sign-drafts.ts';
import type { Project } from './project.ts';
import { readTreeFile } from './tree-files.ts';

/** Everything that is wrong with the commit that signing the drafts would make. */
export async function localVerdict(
  project: Project,
  working: WorkingState,
): Promise<readonly RuleFinding[]> {
  const { base } = working;
  const { before, after } = await statesOf(project, working);
  const context = {
    receivedAt: project.now,
    pinnedRoot: project.trusted,
    onlineKeys: undefined,
  };
  const { refusals } = await verifyTransition(before, after, context, base.cache);
  const serious = refusals.filter(({ code }) => code !== 'role.threshold');
  // A missing signature ends the run of the rules before they look at target files.
  if (serious.length > 0 || refusals.length === 0) return serious;
  const load = (state: RepositoryState): Promise<LoadedRepository> =>
    loadRepository(state, base.cache);
  return checkTargetFiles(await load(before), await load(after), after);
}

/** The base, and the base with what would be committed. */
async function statesOf(
  { git }: Project,
  working: WorkingState,
): Promise<{ before: RepositoryState; after: RepositoryState }> {
  const { base } = working;
  const { changed, removed } = await commitPaths({ git }, working);
  const touched = new Set([...changed, ...removed]);
  const all = await git.listAt(base.commit, '');
  const unread = all.filter((path) => !path.startsWith('metadata/') && !touched.has(path));
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
  return { before: stateOf(before, unread), after: stateOf(after, unread) };
}
