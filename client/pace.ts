/** How slow a server may be. */
export interface PaceSettings {
  /** Longest wait for the next bytes. */
  readonly stallTimeoutMs: number;
  /** How long a body may fall short of `minBytesPerSecond` in all. */
  readonly slowGraceMs: number;
  readonly minBytesPerSecond: number;
}

/**
 * Measures one body. Only the time spent waiting for the server counts, so a slow disk of ours is
 * not held against it; a byte now and then does not help a server that means to hold us up.
 */
export class Pace {
  readonly #settings: PaceSettings;
  #waitedMs = 0;
  #bytes = 0;

  constructor(settings: PaceSettings) {
    this.#settings = settings;
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Waits for `next`, and calls `giveUp` once when the server's time is over. */
  async wait<T>(next: () => Promise<T>, giveUp: () => void): Promise<T> {
    const started = performance.now();
    const timer = setTimeout(giveUp, this.#patienceMs());
    try {
      return await next();
    } finally {
      clearTimeout(timer);
      this.#waitedMs += performance.now() - started;
    }
  }

  #patienceMs(): number {
    const { stallTimeoutMs, slowGraceMs, minBytesPerSecond } = this.#settings;
    const earnedMs = slowGraceMs + (this.#bytes / minBytesPerSecond) * 1000;
    return Math.max(0, Math.min(stallTimeoutMs, earnedMs - this.#waitedMs));
  }
}
