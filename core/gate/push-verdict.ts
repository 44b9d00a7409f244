import type { Verdict } from '../rules/verdict.ts';
import type { HistoryContext } from './history.ts';

/** What a verdict on a push goes by. */
export interface PushContext extends Omit<HistoryContext, 'receivedAt'> {
  readonly receivedAt: Date;
  /** `GIT_COMMITTER_DATE` of the git that receives the push. */
  readonly logDate?: string | undefined;
}

export interface PushVerdict extends Verdict {
  /** What a pusher wants to know of a push that is accepted; of events, who has to sign. */
  readonly lines?: readonly string[];
}
