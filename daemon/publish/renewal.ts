import { fault } from '../../core/error/error.ts';
import type { RecordEntry } from '../record/record.ts';

/** How long what is signed lives, in hours. */
export interface Lifetimes {
  readonly snapshotHours: number;
  readonly timestampHours: number;
}

/** From when on each role is to be signed anew, changes or not. */
export interface Renewal {
  readonly snapshot: Date;
  readonly timestamp: Date;
}

const hourMs = 3_600_000;

/**
 * The timestamp is renewed at a third of its life, the snapshot at half.
 * @param jitter 0 to 1: up to a tenth of that time earlier, so that many daemons do not sign at once
 */
export function renewalOf(
  { snapshot, timestamp }: Pick<RecordEntry, 'snapshot' | 'timestamp'>,
  { snapshotHours, timestampHours }: Lifetimes,
  jitter: number,
): Renewal {
  const due = (expires: string, lifeHours: number, share: number) => {
    const early = 0.1 * jitter * share;
    return new Date(Date.parse(expires) - (1 - share + early) * lifeHours * hourMs);
  };
  return {
    snapshot: due(snapshot.signed.expires, snapshotHours, 1 / 2),
    timestamp: due(timestamp.signed.expires, timestampHours, 1 / 3),
  };
}

/** True while enough of a life is left for an intent to be worth finishing. */
export function isFresh(expires: string, lifeHours: number, share: number, now: Date): boolean {
  return Date.parse(expires) - now.getTime() >= (1 - share) * lifeHours * hourMs;
}

/** What is signed while the clock is behind would be older than what clients have. @throws `publish.clock` */
export function refuseTimeTravel(last: RecordEntry | undefined, now: Date): void {
  if (last === undefined || now >= last.publishedAt) return;
  const at = last.publishedAt.toISOString();
  throw fault('publish.clock', now.toISOString(), `the clock is behind the last record (${at})`, {
    hint: 'set the clock; signing goes on by itself',
  });
}
