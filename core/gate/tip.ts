import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import type { DocumentCache } from '../rules/repository.ts';
import type { TransitionContext } from '../rules/state.ts';
import type { Verdict } from '../rules/verdict.ts';
import { verifyState } from '../rules/verify-transition.ts';
import { readChanges, readState } from './state.ts';

/**
 * The verdict on all that a commit holds, whatever came before it: every role from the pinned root
 * down, every entry, every file.
 */
export async function verifyTip(
  repository: BareRepository,
  commit: ObjectId,
  context: TransitionContext,
  cache?: DocumentCache,
): Promise<Verdict> {
  const state = await readState(repository, commit);
  return verifyState(state, await readChanges(repository, undefined, commit), context, cache);
}
