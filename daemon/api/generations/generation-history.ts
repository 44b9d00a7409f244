/**
 * Every generation that clients can see or could, told from the record and from git. What is told of one
 * never changes, so the last ones that somebody asked for are kept.
 */
import type { ObjectId } from '../../../core/git/object-id.ts';
import type { Parts } from '../../parts.ts';
import { readRecordHead } from '../../record/record.ts';
import type { EventSource } from '../event-stream.ts';
import { firstAt } from '../first-at.ts';
import { sharedWork } from '../shared-work.ts';
import { commitChanges } from './commit-changes.ts';
import { generationAnswer, type GenerationAnswer } from './generation-answers.ts';
import { RecordIndex, type IndexedGeneration } from './record-index.ts';

const mostKept = 500;
/** So many are made up for when somebody comes back; older ones are in the list. */
const mostMissed = 100;

type HistoryParts = Pick<Parts, 'git' | 'publisher' | 'bell' | 'visibleTimes'>;

export class GenerationHistory {
  readonly #parts: HistoryParts;
  readonly #index: RecordIndex;
  readonly #refresh: () => Promise<void>;
  readonly #kept = new Map<ObjectId, Promise<GenerationAnswer>>();
  readonly #ending = new AbortController();

  constructor(parts: HistoryParts) {
    this.#parts = parts;
    this.#index = new RecordIndex(parts.git);
    this.#refresh = sharedWork(async () => {
      const served = parts.publisher.generation?.record.oid;
      if (served !== undefined) await this.#index.readUpTo(served);
    });
  }

  /**
   * Newest first.
   * @param before only those with a lower version of the timestamp; absent: from the newest
   */
  async list(before: number | undefined): Promise<Iterable<IndexedGeneration>> {
    await this.#refresh();
    const all = this.#index.entries;
    return backwards(all, before === undefined ? all.length : placeAfter(all, before - 1));
  }

  /** What there is to say of one. */
  async tell(generation: IndexedGeneration): Promise<GenerationAnswer> {
    const { oid } = generation;
    const known = this.#kept.get(oid) ?? this.#read(generation);
    // The one that was asked for last is the last to go.
    this.#kept.delete(oid);
    this.#kept.set(oid, known);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    const pushToVisibleMs = this.#parts.visibleTimes.of(oid);
    return { ...(await known), ...(pushToVisibleMs === undefined ? {} : { pushToVisibleMs }) };
  }

  /**
   * Each generation once as it appears.
   * @param seen the timestamp of the last that has arrived; absent: begins with the one that is served
   */
  follow(seen: number | undefined, gone: AbortSignal): EventSource {
    const signal = AbortSignal.any([gone, this.#ending.signal]);
    let told = seen;
    return {
      signal,
      heard: (milliseconds) => this.#parts.bell.heard(milliseconds, signal),
      next: async () => {
        const fresh = await this.#since(told);
        told = fresh.at(-1)?.timestamp ?? told;
        const answers = await Promise.all(fresh.map((each) => this.tell(each)));
        const events = answers.map((data) => ({ id: data.timestamp, event: 'generation', data }));
        return { events, isOver: false };
      },
    };
  }

  /** Nobody is told anything any longer. */
  close(): void {
    this.#ending.abort();
  }

  async #since(seen: number | undefined): Promise<readonly IndexedGeneration[]> {
    await this.#refresh();
    const all = this.#index.entries;
    return seen === undefined ? all.slice(-1) : all.slice(placeAfter(all, seen)).slice(-mostMissed);
  }

  #read(generation: IndexedGeneration): Promise<GenerationAnswer> {
    const answer = this.#ask(generation);
    answer.catch(() => this.#kept.delete(generation.oid));
    return answer;
  }

  async #ask(generation: IndexedGeneration): Promise<GenerationAnswer> {
    const { git } = this.#parts;
    const head = await readRecordHead(git, generation.oid);
    const before = head.parent && (await readRecordHead(git, head.parent)).commit;
    const isRenewal = before === head.commit;
    const changed = isRenewal ? nothing : await commitChanges(git, before, head.commit);
    return generationAnswer(generation, head, changed);
  }
}

const nothing = { changes: [], moreRoles: 0 };

/** Where those begin whose timestamp has a higher version. */
function placeAfter(all: readonly IndexedGeneration[], version: number): number {
  return firstAt(all, ({ timestamp }) => timestamp > version);
}

function* backwards(all: readonly IndexedGeneration[], end: number): Generator<IndexedGeneration> {
  for (let place = end - 1; place >= 0; place -= 1) {
    const generation = all[place];
    if (generation !== undefined) yield generation;
  }
}
