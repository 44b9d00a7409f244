import { fault, type TufOnGitError } from '../../core/error/error.ts';

interface Since {
  readonly begin: Date;
  readonly expires: string;
}

/**
 * Since when nothing could be published. That is no emergency while clients have a timestamp that
 * lives on; it becomes one when half of the life is over that this had left.
 */
export class Stall {
  #since: Since | undefined;

  /**
   * Told of each look that failed.
   * @param expires of the timestamp that clients have; undefined: there is none
   * @returns the alarm, once half of the life is over that was left when it began
   */
  goesOn(now: Date, expires: string | undefined): TufOnGitError | undefined {
    if (expires === undefined) return undefined;
    if (this.#since?.expires !== expires) this.#since = { begin: now, expires };
    const { begin } = this.#since;
    const half = (begin.getTime() + Date.parse(expires)) / 2;
    if (now.getTime() < half) return undefined;
    const since = begin.toISOString();
    const message = `nothing could be published since ${since}, and clients wait until ${expires}`;
    return fault('publish.stalled', 'timestamp.json', message);
  }

  isOver(): void {
    this.#since = undefined;
  }
}
