import { setTimeout as sleep } from 'node:timers/promises';
import { TufOnGitError } from '../core/error/error.ts';
import { StatusError } from './fetcher.ts';

/** How often a request is tried, and how long it waits in between. */
export interface RetryPolicy {
  /** In all, the first one included. */
  readonly attempts: number;
  /** Called before each new attempt; `failed` counts the attempts that failed, from 1. */
  pause(failed: number): Promise<void>;
}

export const defaultRetry: RetryPolicy = {
  attempts: 3,
  pause: async (failed) => {
    await sleep(200 * 4 ** (failed - 1));
  },
};

/** Tries until an attempt succeeds, fails for good, or none is left. */
export async function withRetries<T>(policy: RetryPolicy, attempt: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failed >= policy.attempts || !isPassing(error)) throw error;
    }
    await policy.pause(failed);
  }
}

/** True for faults that another attempt may not meet: no answer, a broken one, 5xx, 429. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StatusError) return error.status >= 500 || error.status === 429;
  if (!(error instanceof TufOnGitError)) return false;
  return error.code === 'download.unreachable' || error.code === 'download.too-slow';
}
