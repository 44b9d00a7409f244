/**
 * Tells notices to a receiver over HTTP, one POST each, in their order, signed as the Standard Webhooks
 * specification says: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
 * `<webhook-id>.<webhook-timestamp>.<body>`. A notice that is sent again has the same id.
 *
 * Nobody waits for it. What cannot be delivered is tried again with growing pauses; while it waits, so
 * do those behind it, and beyond `mostWaiting` the oldest are dropped. What the receiver refuses for
 * good (a status from 300 to 499) is not sent again. Nothing waits across a restart.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Backoff } from '../reconcile/backoff.ts';
import type { Notice } from './notices.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: Buffer;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what became of each attempt, and of what was dropped. */
  readonly ended?: (outcome: Outcome | 'dropped') => void;
  readonly backoff?: Backoff;
}

/** `failed`: it is tried again. */
export type Outcome = 'delivered' | 'refused' | 'failed';

interface Message {
  readonly id: string;
  readonly body: string;
}

const mostWaiting = 256;
const timeoutMs = 10_000;
const pauses = { firstMs: 1_000, longestMs: 300_000 };

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #backoff: Backoff;
  readonly #ending = new AbortController();
  readonly #waiting: Message[] = [];
  #running: Promise<void> | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff(pauses);
  }

  /** How many notices are not delivered yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Returns at once; it does not throw. */
  send({ type, ...data }: Notice): void {
    if (this.#isClosed) return;
    const timestamp = this.#options.clock.now().toISOString();
    const body = JSON.stringify({ type, timestamp, data });
    this.#waiting.push({ id: `msg_${randomUUID()}`, body });
    if (this.#waiting.length > mostWaiting) this.#drop();
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way any more; what waits is not sent. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  #drop(): void {
    this.#waiting.shift();
    this.#options.ended?.('dropped');
  }

  async #run(): Promise<void> {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const outcome = await this.#deliver(next);
      if (this.#isClosed) break;
      this.#options.ended?.(outcome);
      if (outcome === 'failed') await this.#pause();
      else if (this.#waiting[0] === next) this.#waiting.shift();
    }
    this.#running = undefined;
  }

  get #isClosed(): boolean {
    return this.#ending.signal.aborted;
  }

  async #pause(): Promise<void> {
    const { signal } = this.#ending;
    await delay(this.#backoff.next(), undefined, { signal }).catch(() => undefined);
  }

  async #deliver(message: Message): Promise<Outcome> {
    try {
      const status = await this.#post(message);
      if (status >= 500 || [408, 425, 429].includes(status)) return this.#failed({ status });
      this.#answered();
      if (status < 300) return 'delivered';
      this.#options.log.warn({ status }, 'the webhook’s receiver refuses a notice: check its url');
      return 'refused';
    } catch (error) {
      return this.#failed({ err: error });
    }
  }

  async #post({ id, body }: Message): Promise<number> {
    const { url, secret, clock } = this.#options;
    const at = Math.floor(clock.now().getTime() / 1000);
    const mac = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64');
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': `v1,${mac}`,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return response.status;
  }

  /** Logged once, until somebody answers again. */
  #failed(why: object): Outcome {
    if (!this.#backoff.isActive && !this.#isClosed) {
      this.#options.log.warn(why, 'the webhook’s receiver cannot be reached; notices wait for it');
    }
    return 'failed';
  }

  #answered(): void {
    if (this.#backoff.isActive) this.#options.log.info('the webhook’s receiver answers again');
    this.#backoff.reset();
  }
}
