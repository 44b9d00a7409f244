/**
 * Whether the time can be believed. A clock that is behind the last record is met where generations
 * are made (publisher.ts); this is about one that has leapt forward.
 *
 * - While the machine runs, the time must go on as its uptime does, which counts sleep as well. Where
 *   it does not, somebody or something has set the clock: an alarm, until it is set back, or until a
 *   witness has the same time.
 * - Since the last generation the machine may have been off for any time, so its age alone says
 *   nothing. Whenever there was a leap or a long pause the witnesses are asked for their `Date`: when
 *   all that answer say that this clock is ahead, nothing is signed. What would be signed would live
 *   too long, and the true time would later be behind the record.
 */
import { fault, TufOnGitError, type Finding } from '../../core/error/error.ts';
import type { Clock } from '../clock.ts';
import { dateAt } from './testimony.ts';

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** Base URLs of other servers of this repository. */
  readonly witnesses: readonly string[];
}

/** More than any clock is slewed by between two looks. */
const toleranceMs = 600_000;
/** A pause since the last generation after which the witnesses are asked. */
const longPauseMs = 3_600_000;

/** A moment, by both clocks. */
interface Moment {
  readonly now: Date;
  /** Seconds. */
  readonly uptime: number | undefined;
}

export class ClockWatch {
  readonly #options: ClockWatchOptions;
  /** The last moment that was believed. */
  #believed: Moment | undefined;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
  }

  /**
   * @param last when the last generation was made
   * @returns what a person should know of the clock, though it stops nothing
   * @throws `publish.clock` when the witnesses say that it is ahead
   */
  async look(last: Date | undefined): Promise<Finding | undefined> {
    const moment = this.#moment();
    const leapMs = leapBetween(this.#believed, moment);
    if (leapMs <= toleranceMs && !this.#hasPaused(moment, last)) {
      this.#believed = moment;
      return undefined;
    }
    const ahead = await this.#aheadOfWitnesses();
    if (ahead !== undefined && ahead.ms > toleranceMs) throw contradicted(moment.now, ahead);
    if (ahead === undefined && leapMs > toleranceMs) return leapt(moment.now, leapMs);
    this.#believed = moment;
    return undefined;
  }

  #moment(): Moment {
    const { clock } = this.#options;
    return { now: clock.now(), uptime: clock.uptime?.() };
  }

  /** Asked once, at the first look: after that the two clocks are compared. */
  #hasPaused({ now }: Moment, last: Date | undefined): boolean {
    if (this.#believed !== undefined || last === undefined) return false;
    return now.getTime() - last.getTime() > longPauseMs;
  }

  /** How far this clock is ahead of the witness that it is least ahead of; undefined: none tells. */
  async #aheadOfWitnesses(): Promise<Ahead | undefined> {
    const { clock, witnesses } = this.#options;
    const answers = witnesses.map(async (url): Promise<Ahead | undefined> => {
      try {
        const date = await dateAt(url);
        return date && { url, date, ms: clock.now().getTime() - date.getTime() };
      } catch (error) {
        if (error instanceof TufOnGitError) return undefined;
        throw error;
      }
    });
    const told = (await Promise.all(answers)).filter((answer) => answer !== undefined);
    return told.sort((a, b) => a.ms - b.ms)[0];
  }
}

interface Ahead {
  readonly url: string;
  readonly date: Date;
  readonly ms: number;
}

/** How much more time has gone by on the one clock than on the other; 0 where it cannot be told. */
function leapBetween(before: Moment | undefined, { now, uptime }: Moment): number {
  if (before?.uptime === undefined || uptime === undefined) return 0;
  return now.getTime() - before.now.getTime() - (uptime - before.uptime) * 1000;
}

function contradicted(now: Date, { url, date }: Ahead): TufOnGitError {
  const message = `the clock is ahead: ${url} has ${date.toISOString()}`;
  return fault('publish.clock', now.toISOString(), message, {
    hint: 'set the clock; signing goes on by itself',
  });
}

function leapt(now: Date, ms: number): Finding {
  const minutes = Math.round(ms / 60_000);
  return {
    code: 'publish.clock',
    where: now.toISOString(),
    message: `the clock has leapt ahead by ${minutes} minutes while the machine ran`,
    hint: 'set it right; where it is right now, start the daemon again, and name a witness in config.json for the next time',
  };
}
