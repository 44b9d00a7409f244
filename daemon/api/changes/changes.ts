/**
 * The life of a change: queued, then verified (a commit that the gate has let in), then published; or
 * withdrawn, with the event that it was made in.
 */
import { fault } from '../../../core/error/error.ts';
import type { Finding } from '../../../core/error/error.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import type { Bell } from '../../bell.ts';
import { Refusal } from '../problems.ts';
import type { ChangeDoor } from './change-door.ts';
import type { ChangeHistory, KnownChange } from './change-history.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Watched } from './change-stream.ts';
import type { MadeCommit, SentChange } from './make-commit.ts';

export type ChangeState = 'queued' | 'verified' | 'published' | 'withdrawn';

/** A change as it stands. */
export interface ChangeStatus {
  readonly id: string;
  readonly state: ChangeState;
  readonly by: string;
  readonly at: Date;
  readonly event: string | undefined;
  readonly message: string | undefined;
  readonly commit: ObjectId | undefined;
  /** The version of the first snapshot that holds it. */
  readonly generation: number | undefined;
}

export interface Accepted {
  readonly id: string;
  readonly commit: ObjectId;
  readonly notices: readonly Finding[];
  readonly lines: readonly string[];
}

export interface ChangesOptions {
  readonly door: ChangeDoor;
  readonly history: ChangeHistory;
  /** Rings when something was published, landed or queued. */
  readonly bell: Bell;
  /** Resolves some time after a push of `main`. */
  readonly rest: () => Promise<void>;
  /** The version of the snapshot that clients see. */
  readonly served: () => number | undefined;
  /** Whether an event may land within so many milliseconds if nobody signs any more. */
  readonly mayLand: (event: string, withinMs: number) => Promise<boolean>;
  /** Told what a change was refused for. */
  readonly refused: (findings: readonly Finding[]) => void;
}

interface InFlight {
  readonly change: SentChange;
  readonly accepted: Promise<Accepted>;
}

export class Changes {
  readonly #options: ChangesOptions;
  readonly #queue: ChangeQueue<SentChange, MadeCommit>;
  readonly #ending = new AbortController();
  readonly #inFlight = new Map<string, InFlight>();

  constructor(options: ChangesOptions) {
    this.#options = options;
    const { door, rest } = options;
    this.#queue = new ChangeQueue({ land: (batch) => door.land(batch), rest });
  }

  /**
   * Lands a change, once for each id: what was sent before is answered as it was then.
   * @throws Refusal 422 where the id was of another body, and whatever the door refuses
   */
  async submit(change: SentChange): Promise<Accepted> {
    const running = this.#inFlight.get(change.id);
    if (running !== undefined) {
      refuseOther(running.change, change);
      return running.accepted;
    }
    const accepted = this.#submitOnce(change);
    this.#inFlight.set(change.id, { change, accepted });
    this.#options.bell.ring();
    try {
      return await accepted;
    } catch (error) {
      if (error instanceof Refusal) this.#options.refused(error.findings);
      throw error;
    } finally {
      this.#inFlight.delete(change.id);
      this.#options.bell.ring();
    }
  }

  /** How many have no commit yet. */
  get waiting(): number {
    return this.#inFlight.size;
  }

  /** What would become of it. @throws Refusal */
  judge(change: SentChange): Promise<MadeCommit & { readonly tree: ObjectId }> {
    return this.#options.door.judge(change);
  }

  async find(id: string): Promise<ChangeStatus | undefined> {
    const running = this.#inFlight.get(id);
    const known = await this.#options.history.find(id);
    if (known !== undefined) return this.#statusOf(known);
    return running && queued(running.change);
  }

  /** Those that wait, then what git tells of, newest first. */
  async list(): Promise<readonly (SentChange | KnownChange)[]> {
    const { history } = this.#options;
    const known = await history.list();
    const inFlight = [...this.#inFlight.values()].map(({ change }) => change);
    return [...inFlight.filter(({ id }) => !history.has(id)), ...known];
  }

  statusOf(change: SentChange | KnownChange): ChangeStatus {
    return 'commit' in change ? this.#statusOf(change) : queued(change);
  }

  /**
   * The generation that shows a change to clients; undefined when there is none in time. An event that
   * lacks signatures is not waited for: they may take people days.
   */
  async published(id: string, waitMs: number, gone: AbortSignal): Promise<number | undefined> {
    const end = performance.now() + waitMs;
    const watched = this.watch(id, gone);
    for (;;) {
      // Before the look, so that nothing is missed between the two.
      const left = end - performance.now();
      const heard = watched.heard(Math.max(0, left));
      const status = await this.find(id);
      if (status?.state === 'published') return status.generation;
      if (status?.state === 'withdrawn') return undefined;
      if (left <= 0 || watched.signal.aborted) return undefined;
      if (await this.#lacksSignatures(status, left)) return undefined;
      await heard;
    }
  }

  /** For a stream of its states. */
  watch(id: string, gone: AbortSignal): Watched {
    const signal = AbortSignal.any([gone, this.#ending.signal]);
    return {
      find: () => this.find(id),
      heard: (milliseconds) => this.#options.bell.heard(milliseconds, signal),
      signal,
    };
  }

  /** Nobody waits any longer; resolves when the push under way has ended. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#queue.close();
  }

  async #submitOnce(change: SentChange): Promise<Accepted> {
    const before = await this.#landed(change);
    if (before !== undefined) return before;
    try {
      return { id: change.id, ...(await this.#queue.add(change)) };
    } catch (error) {
      // The push of a daemon that was killed may still have been under way.
      const since = await this.#landed(change);
      if (since !== undefined) return since;
      throw error;
    }
  }

  /** What was sent before under this id. @throws Refusal 422 where it was another body */
  async #landed(change: SentChange): Promise<Accepted | undefined> {
    const known = await this.#options.history.find(change.id);
    if (known === undefined) return undefined;
    refuseOther(known, change);
    return { id: known.id, commit: known.commit, notices: [], lines: [] };
  }

  async #lacksSignatures(change: ChangeStatus | undefined, withinMs: number): Promise<boolean> {
    const event = change?.event;
    return event !== undefined && !(await this.#options.mayLand(event, withinMs));
  }

  #statusOf(known: KnownChange): ChangeStatus {
    const { id, by, at, event, message, commit } = known;
    const { history, served } = this.#options;
    const generation = history.generationOf(known);
    const isServed = generation !== undefined && generation <= (served() ?? 0);
    const state = isServed ? 'published' : history.isWithdrawn(known) ? 'withdrawn' : 'verified';
    return {
      id,
      by,
      at,
      event,
      message,
      commit,
      state,
      generation: isServed ? generation : undefined,
    };
  }
}

function queued({ id, token, sentAt }: SentChange): ChangeStatus {
  const unknown = {
    event: undefined,
    message: undefined,
    commit: undefined,
    generation: undefined,
  };
  return { id, state: 'queued', by: token.name, at: sentAt, ...unknown };
}

function refuseOther(known: { readonly body: string }, sent: { readonly body: string }): void {
  if (known.body === sent.body) return;
  throw new Refusal(422, [
    fault('change.form', 'Idempotency-Key', 'another change was sent with this key'),
  ]);
}
