import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { DocumentCache } from '../../rules/repository.ts';
import type { TransitionContext } from '../../rules/state.ts';
import type { Verdict } from '../../rules/verdict.ts';
import { verifyTransition } from '../../rules/verify-transition.ts';
import type { SigningEvent } from './read-event.ts';
import { FormerRoles } from '../former-roles.ts';
import { filesInSnapshot } from '../published.ts';
import { findWithdrawn } from './withdrawals.ts';

/**
 * The verdict on what an event would make of `main`. With thresholds `left-open` that is what a push
 * to it has to keep; without, what a landing has to reach.
 * @param cache gets the documents of the candidate
 */
export async function judgeCandidate(
  repository: BareRepository,
  { main, candidate }: SigningEvent,
  context: TransitionContext,
  cache: DocumentCache = new Map(),
): Promise<Verdict> {
  const { ground, state, changes } = candidate;
  const cameBack = await new FormerRoles(repository, main).comingBack(changes);
  const all: TransitionContext = {
    ...context,
    highestVersion: (role) => cameBack.get(role),
    publishedFiles: () => filesInSnapshot(repository),
  };
  const verdict = await verifyTransition(ground, state, changes, all, cache);
  if (verdict.refusals.length > 0) return verdict;
  return { ...verdict, refusals: await findWithdrawn(repository, changes, cache) };
}
