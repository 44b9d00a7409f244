/**
 * What the gate will say of the drafts, asked before anybody signs: the same rules, the same codes.
 * Thresholds apart, which is what signing is for.
 */
import { formatDocument } from '../../core/metadata/document.ts';
import type { DocumentCache } from '../../core/rules/repository.ts';
import type { TargetBlobs } from '../../core/rules/state.ts';
import { verifyTransition } from '../../core/rules/verify-transition.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';
import { measuredBlobs } from './measured-blobs.ts';
import { commitPaths } from './commit-paths.ts';
import { filesOfDraft, type WorkingState } from './drafts.ts';
import { validSignatures } from './sign-drafts.ts';
import type { Project } from './project.ts';
import { transitionFrom, type FileChanges, type Transition } from './transition.ts';

/** Everything that is wrong with the commit that signing the drafts would make. */
export async function localVerdict(
  project: Project,
  working: WorkingState,
): Promise<readonly RuleFinding[]> {
  const { base } = working;
  const transition = await transitionFrom(project.git, base, await filesOf(working));
  return gateRefusals(project, transition, base.cache, measuredBlobs(project));
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

/** What the commit of the drafts changes. */
async function filesOf(working: WorkingState): Promise<FileChanges> {
  const { changed, removed } = await commitPaths(working);
  const files = new Map<string, Uint8Array | undefined>();
  for (const path of [...changed, ...removed]) files.set(path, await working.read(path));
  // Signing drops signatures over what a draft said before: they are no reason to refuse it.
  for (const draft of working.drafts) {
    const bytes = formatDocument(draft.after.signedJson, validSignatures(draft));
    for (const file of filesOfDraft(draft)) files.set(file, bytes);
  }
  return files;
}
