import { TufOnGitError } from '../core/error/error.ts';
import { StatusError } from './fetcher.ts';

/** How often a request is tried, and how long it waits in between. */
export interface RetryPolicy {
  /** In all, the first one included. */
  readonly attempts: number;
  /**
   * Called before each new attempt.
   * @param failed how many attempts have failed, from 1
   * @param wishedMs for how long the server asks to be left alone, at most 30,000
   */
  pause(failed: number, wishedMs?: number): Promise<void>;
}

/** A server that asks for more patience than this many milliseconds is not asked again. */
const longestWishMs = 30_000;

export const defaultRetry: RetryPolicy = {
  attempts: 3,
  pause: async (failed, wishedMs = 0) => {
    const own = 200 * 4 ** (failed - 1);
    const chance = 0.75 + Math.random() / 2; // who failed at once shall not come back at once
    const waitMs = Math.max(wishedMs, own * chance);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  },
};

/** Tries until an attempt succeeds, fails for good, or none is left. */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failed >= policy.attempts || !isPassing(error)) throw error;
      await policy.pause(failed, wishOf(error));
    }
  }
}

/** True for faults that another attempt may not meet: no answer, a broken one, 5xx, 429. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StatusError) {
    const { status, retryAfterMs = 0 } = error;
    return (status >= 500 || status === 429) && retryAfterMs <= longestWishMs;
  }
  if (!(error instanceof TufOnGitError)) return false;
  return error.code === 'download.unreachable' || error.code === 'download.too-slow';
}

/** For how many milliseconds the server that threw this asks to be left alone. */
export function wishOf(error: unknown): number | undefined {
  return error instanceof StatusError ? error.retryAfterMs : undefined;
}
