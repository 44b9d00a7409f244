/**
 * Level-triggered, single flight: triggers only say "look again". While one look is under way any
 * number of triggers make exactly one more after it, so nothing is missed and nothing piles up.
 *
 * A look says itself when the next one is due at the latest; a look that failed is repeated with
 * growing pauses, and at once when something triggers it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from './backoff.ts';

/** Looks at the state of the world and does what it calls for; milliseconds until the next look. */
export type Look = (trigger: Trigger) => Promise<number>;

export interface Trigger {
  readonly reason: 'start' | 'refs' | 'settings' | 'nudge' | 'timer' | 'retry';
  /** On the monotonic clock, in milliseconds: when the first of the triggers came. */
  readonly at: number;
}

export interface ReconcilerOptions {
  readonly look: Look;
  /**
   * Told of every failed look; it must not throw.
   * @returns milliseconds until a look is due whatever failed; 0: nothing is to come
   */
  readonly onError: (error: unknown) => number;
  /** Milliseconds that are to pass before the next look; none by default. */
  readonly restMs?: () => number;
  readonly backoff?: Backoff;
}

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #backoff: Backoff;
  #pending: Trigger | undefined;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
  }

  trigger(reason: Trigger['reason']): void {
    if (this.#isClosed) return;
    this.#pending ??= { reason, at: performance.now() };
    this.#running ??= this.#run();
  }

  /** Resolves when no look is under way and none is wanted. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** No look begins any more; resolves when the one under way has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.settled();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let next = 0;
    while (this.#pending !== undefined && !this.#isClosed) {
      const restMs = this.#options.restMs?.() ?? 0;
      if (restMs > 0) {
        await this.#rest(restMs);
        continue;
      }
      const trigger = this.#pending;
      this.#pending = undefined;
      next = await this.#lookOnce(trigger);
    }
    this.#running = undefined;
    if (!this.#isClosed) this.#schedule(next);
  }

  async #rest(milliseconds: number): Promise<void> {
    const { signal } = this.#closing;
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  async #lookOnce(trigger: Trigger): Promise<number> {
    try {
      const next = await this.#options.look(trigger);
      this.#backoff.reset();
      return next;
    } catch (error) {
      const due = this.#options.onError(error) || Infinity;
      return Math.min(this.#backoff.next(), due);
    }
  }

  #schedule(milliseconds: number): void {
    const reason = this.#backoff.isActive ? 'retry' : 'timer';
    this.#timer = setTimeout(() => {
      this.trigger(reason);
    }, milliseconds);
  }
}
