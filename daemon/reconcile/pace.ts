/**
 * Lets a few generations follow each other at once, and after those one in each period: a burst of
 * pushes comes out in fewer generations, and leaves the machine to the pushes.
 */
export class Pace {
  readonly #atOnce: number;
  readonly #periodMs: number;
  /** When the last generation is paid for, at one in each period. */
  #paidAt = 0;

  constructor({ atOnce = 10, periodMs = 300 } = {}) {
    this.#atOnce = atOnce;
    this.#periodMs = periodMs;
  }

  /** A generation was made. @param now of a clock that never goes back, in ms */
  note(now: number): void {
    this.#paidAt = Math.max(this.#paidAt, now) + this.#periodMs;
  }

  /** Milliseconds until the next may be made. */
  restMs(now: number): number {
    return Math.max(0, this.#paidAt - this.#atOnce * this.#periodMs - now);
  }
}
