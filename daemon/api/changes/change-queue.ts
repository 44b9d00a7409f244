/**
 * Changes wait here for their turn, one push at a time. Those of `main` that wait together go in
 * together; an event takes them one by one. After each push of `main` there is a rest, so that what
 * comes while it is published goes in together as well.
 */
import { fault } from '../../../core/error/error.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { Refusal } from '../problems.ts';

export interface Queueable {
  readonly ref: string;
  /** Of what it holds in memory, in bytes. */
  readonly weight: number;
}

/** What became of a change of a batch. */
export type Settled<R> = { readonly done: R } | { readonly error: unknown };

/** Lands what is given, in this order, and tells of each what became of it. It does not throw. */
export type Land<W, R> = (batch: readonly W[]) => Promise<readonly Settled<R>[]>;

export interface QueueOptions<W, R> {
  readonly land: Land<W, R>;
  /** Resolves when another push of `main` is worth making. It does not throw. */
  readonly rest: () => Promise<void>;
}

interface Place<W, R> {
  readonly work: W;
  readonly settle: (outcome: Settled<R>) => void;
}

const most = { waiting: 512, bytes: 256 * 2 ** 20, batch: 32 };

export class ChangeQueue<W extends Queueable, R> {
  readonly #options: QueueOptions<W, R>;
  #waiting: Place<W, R>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: QueueOptions<W, R>) {
    this.#options = options;
  }

  /** @throws Refusal 503 where too many wait, and what the landing of the change throws */
  async add(work: W): Promise<R> {
    this.#refuseFull(work);
    const outcome = await new Promise<Settled<R>>((settle) => {
      this.#waiting.push({ work, settle });
      this.#running ??= this.#run();
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.done;
  }

  /** What waits is refused; resolves when the push under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { settle } of this.#waiting.splice(0)) settle({ error: unable('it is ending') });
    await this.#running;
  }

  async #run(): Promise<void> {
    // Requests that are in flight now wait together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      const outcomes = await this.#options.land(batch.map(({ work }) => work));
      for (const [at, { settle }] of batch.entries()) {
        settle(outcomes[at] ?? { error: new RangeError('a change was forgotten') });
      }
      const hasMoved = outcomes.some((outcome) => 'done' in outcome);
      if (hasMoved && batch[0]?.work.ref === mainRef) await this.#options.rest();
    }
    this.#running = undefined;
  }

  #next(): Place<W, R>[] {
    const ref = this.#waiting[0]?.work.ref;
    const together = this.#waiting
      .filter(({ work }) => work.ref === ref)
      .slice(0, ref === mainRef ? most.batch : 1);
    this.#waiting = this.#waiting.filter((place) => !together.includes(place));
    return together;
  }

  #refuseFull({ weight }: W): void {
    const bytes = this.#waiting.reduce((sum, { work }) => sum + work.weight, weight);
    if (this.#closed) throw unable('it is ending');
    if (this.#waiting.length >= most.waiting || bytes > most.bytes) {
      throw unable('too many changes wait');
    }
  }
}

function unable(message: string): Refusal {
  const findings = [fault('request.too-many', 'the server', message, { hint: 'send it again' })];
  return new Refusal(503, findings, { 'Retry-After': '5' });
}
