import { line } from '../../error/error.ts';
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { ObjectId } from '../../git/object-id.ts';
import type { DocumentCache } from '../../rules/repository.ts';
import type { TransitionContext } from '../../rules/state.ts';
import type { RuleFinding, Verdict } from '../../rules/verdict.ts';
import { judgeCandidate } from './judge-candidate.ts';
import { readEvent, type SigningEvent } from './read-event.ts';

/**
 * The verdict on the candidate of a push to an event, thresholds left open. A push answers for what it
 * changes: what was wrong with the event before it, because `main` has moved on or time has passed, is
 * told to the pusher and keeps nobody from signing.
 * @param from where the event was; undefined when the push starts it
 */
export async function judgeGrownEvent(
  repository: BareRepository,
  event: SigningEvent,
  from: ObjectId | undefined,
  context: TransitionContext,
  cache: DocumentCache,
): Promise<Verdict> {
  const open = { ...context, thresholds: 'left-open' as const };
  const { refusals, notices } = await judgeCandidate(repository, event, open, cache);
  if (refusals.length === 0 || from === undefined) return { refusals, notices };
  const before = await readEvent(repository, { ...event, tip: from }, event.main);
  const known = await judgeCandidate(repository, before, open);
  const lines = new Set(known.refusals.map(line));
  const isKnown = (found: RuleFinding) =>
    found.code !== 'event.withdrawn' && lines.has(line(found));
  return {
    refusals: refusals.filter((found) => !isKnown(found)),
    notices: [...notices, ...refusals.filter(isKnown)],
  };
}
