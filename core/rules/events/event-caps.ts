/** How many events may be open, how long one may get, and how old. */
import type { Policy } from '../../metadata/policy.ts';
import { finding, type RuleFinding } from '../verdict.ts';

const dayMs = 86_400_000;

/** How far an event has got, before the push where it is open already. */
export interface EventCounts {
  /** Other events that are open. */
  readonly others: number;
  /** Commits that the event has with the push. */
  readonly commits: number;
  /** When its first push came in; undefined when this one is the first. */
  readonly startedAt: Date | undefined;
}

export function* checkEventCaps(
  ref: string,
  { others, commits, startedAt }: EventCounts,
  limits: Policy['events'],
  now: Date,
): Iterable<RuleFinding> {
  if (startedAt === undefined && others >= limits.open) {
    const message = `${others} events are open; ${limits.open} is the most`;
    yield finding('event.too-many', ref, message, 'finish one, or have the operator withdraw it');
  }
  if (commits > limits.commits) {
    const message = `the event has more than ${limits.commits} commits`;
    yield finding('event.too-many', ref, message, 'start another event from main');
  }
  if (startedAt !== undefined && now.getTime() > startedAt.getTime() + limits.days * dayMs) {
    const message = `the event is older than ${limits.days} days`;
    yield finding('event.too-many', ref, message, 'start another event from main');
  }
}
