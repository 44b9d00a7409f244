/**
 * The one door for changes that come by the API: each becomes a commit, and the commits a push, which
 * git and its hook receive like any other.
 *
 * What does not hold is found before the push and refused alone, with all that the rules say. Where the
 * hook refuses a push all the same, its changes are pushed one by one; where somebody else was faster,
 * they are made again on the new tip.
 */
import { fault } from '../../../core/error/error.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { Refusal } from '../problems.ts';
import type { Settled } from './change-queue.ts';
import { hookFindings } from './hook-findings.ts';
import { makeCommit, type MadeCommit, type MakeOptions, type SentChange } from './make-commit.ts';
import { openScratch, type Scratch } from './scratch.ts';

export interface DoorOptions extends MakeOptions {
  readonly git: BareRepository;
  /** Where commits are made. */
  readonly scratchFolder: string;
  /** Told of every push that was accepted. */
  readonly pushed: () => void;
}

/** How often somebody else may be faster. */
const mostAttempts = 12;

export class ChangeDoor {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Lands changes of one ref; tells of each what became of it. */
  async land(batch: readonly SentChange[]): Promise<readonly Settled<MadeCommit>[]> {
    try {
      return await this.#land(batch);
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  /** What would become of a change now. @throws Refusal */
  async judge(change: SentChange): Promise<MadeCommit & { readonly tree: ObjectId }> {
    return this.#withScratch(async ({ git }) => {
      const made = await makeCommit(git, await this.#tipOf(change.ref), change, this.#options);
      return { ...made, tree: (await git.commit(made.commit)).tree };
    });
  }

  async #land(batch: readonly SentChange[]): Promise<readonly Settled<MadeCommit>[]> {
    const [ref = mainRef] = batch.map((change) => change.ref);
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const settled = await this.#withScratch((scratch) => this.#tryOnce(scratch, ref, batch));
      if (settled === 'split') return this.#landApart(batch);
      if (settled !== 'late') return settled;
    }
    throw unable('others were faster each time');
  }

  async #landApart(batch: readonly SentChange[]): Promise<readonly Settled<MadeCommit>[]> {
    const settled: Settled<MadeCommit>[] = [];
    for (const change of batch) settled.push(...(await this.land([change])));
    return settled;
  }

  async #tryOnce(
    scratch: Scratch,
    ref: string,
    batch: readonly SentChange[],
  ): Promise<readonly Settled<MadeCommit>[] | 'late' | 'split'> {
    const { git } = this.#options;
    const before = await git.resolveRef(ref);
    const start = before ?? (await this.#tipOf(ref));
    const { settled, tip } = await this.#stack(scratch.git, start, batch);
    const made = batch.filter((_, at) => isDone(settled[at]));
    if (made.length === 0) return settled;
    const users = [...new Set(made.map(({ token }) => token.name))].join(', ');
    const { isAccepted, text } = await scratch.push(tip, ref, users);
    if (isAccepted) {
      this.#options.pushed();
      return settled;
    }
    if ((await git.resolveRef(ref)) !== before) return 'late';
    if (made.length > 1) return 'split';
    const findings = hookFindings(text);
    const error = findings.length > 0 ? new Refusal(422, findings) : unable('git took no push');
    return settled.map((each) => (isDone(each) ? { error } : each));
  }

  /** One commit on the other; what is refused leaves none. */
  async #stack(git: BareRepository, start: ObjectId, batch: readonly SentChange[]) {
    const settled: Settled<MadeCommit>[] = [];
    let tip = start;
    for (const change of batch) {
      try {
        const done = await makeCommit(git, tip, change, this.#options);
        settled.push({ done });
        tip = done.commit;
      } catch (error) {
        settled.push({ error });
      }
    }
    return { settled, tip };
  }

  /** An event that is not there yet begins at `main`. */
  async #tipOf(ref: string): Promise<ObjectId> {
    const { git } = this.#options;
    const tip = (await git.resolveRef(ref)) ?? (await git.resolveRef(mainRef));
    if (tip === undefined) throw unable('main has no commit');
    return tip;
  }

  async #withScratch<T>(act: (scratch: Scratch) => Promise<T>): Promise<T> {
    const { git, scratchFolder } = this.#options;
    const scratch = await openScratch(git.dir, scratchFolder);
    try {
      return await act(scratch);
    } finally {
      await scratch.close();
    }
  }
}

function isDone<R>(settled: Settled<R> | undefined): settled is { readonly done: R } {
  return settled !== undefined && 'done' in settled;
}

function unable(message: string): Refusal {
  const findings = [fault('repository.refused', mainRef, message, { hint: 'send it again' })];
  return new Refusal(503, findings, { 'Retry-After': '5' });
}
