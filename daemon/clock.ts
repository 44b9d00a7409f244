import { uptime } from 'node:os';

/** Where the daemon gets the time from; tests bring their own. */
export interface Clock {
  now(): Date;
  /**
   * A clock that nobody sets and that goes on while the machine sleeps, in seconds. Without it no leap
   * of the other one is seen.
   */
  uptime?(): number;
}

export const systemClock: Clock = { now: () => new Date(), uptime };
