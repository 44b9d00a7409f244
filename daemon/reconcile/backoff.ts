/** Pauses between attempts: doubled each time, up to a longest one, with jitter. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: { firstMs?: number; longestMs?: number; random?: () => number } = {}) {
    this.#firstMs = options.firstMs ?? 500;
    this.#longestMs = options.longestMs ?? 30_000;
    this.#random = options.random ?? Math.random;
  }

  get isActive(): boolean {
    return this.#failures > 0;
  }

  /** The pause after one more failure, in milliseconds. */
  next(): number {
    const pause = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#failures);
    // Beyond this many doublings the longest pause is reached anyhow.
    this.#failures = Math.min(this.#failures + 1, 30);
    return pause * (0.75 + 0.25 * this.#random());
  }

  reset(): void {
    this.#failures = 0;
  }
}
