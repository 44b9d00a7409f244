/** A bucket that holds one minute's worth of requests and refills steadily. */
export class RateLimit {
  readonly #perMinute: number;
  #left: number;
  #lastMs: number;

  constructor(perMinute: number, nowMs: number) {
    this.#perMinute = perMinute;
    this.#left = perMinute;
    this.#lastMs = nowMs;
  }

  /** Takes one; false when there is none left. @param nowMs of a clock that never goes back */
  take(nowMs: number): boolean {
    const refill = ((nowMs - this.#lastMs) / 60_000) * this.#perMinute;
    this.#left = Math.min(this.#perMinute, this.#left + refill);
    this.#lastMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
