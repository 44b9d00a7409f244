import { findLeftovers, pruneLeftovers } from '../core/git/binary/leftovers.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

const hourMs = 3_600_000;

/** A push that was killed leaves its quarantine or a lock behind: said at once, removed when old. */
export async function reportLeftovers(repository: string, clock: Clock, log: Log): Promise<void> {
  const now = clock.now();
  for (const { path, kind } of await pruneLeftovers(repository, { now, olderThanMs: hourMs })) {
    log.warn({ path }, `a ${kind} that a killed git left behind was removed`);
  }
  for (const { path, kind } of await findLeftovers(repository, { now, olderThanMs: 0 })) {
    log.warn({ path }, `a ${kind} is there: a push under way, or one that was killed`);
  }
}
