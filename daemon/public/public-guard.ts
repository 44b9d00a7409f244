/**
 * Sees to it that the public files of the current generation hold what is signed, whoever writes
 * there: an audit goes over all of them again and again, and what is wrong is put right and told.
 *
 * It works in short steps, one after each look at `main`, while no generation is made: a repository
 * may have a million targets. A file is read when it is new here, and when what the file system says of
 * it is not what it said when it was read last; else asking the file system is enough.
 */
import { hash } from 'node:crypto';
import { fault, TufOnGitError, type Finding } from '../../core/error/error.ts';
import { systemCode } from '../../core/error/system-error.ts';
import type { TargetSources } from '../../core/gate/target-content.ts';
import type { Alarms } from '../alarms.ts';
import type { Log } from '../log.ts';
import { belongsTo } from './current-files.ts';
import { DigestTable } from './digest-table.ts';
import type { Generation } from '../record/generation.ts';
import { guardedFile, headFiles, lastingFiles, type GuardedFile } from './guarded-files.ts';
import { digestOf } from './manifest.ts';
import type { PublicStore, SeenFile } from './public-store.ts';
import type { Publisher } from '../publish/publisher.ts';

export interface GuardOptions extends TargetSources {
  readonly store: PublicStore;
  readonly publisher: Publisher;
  readonly alarms: Alarms;
  readonly log: Log;
}

interface Audit {
  readonly files: Iterator<GuardedFile>;
  isClean: boolean;
  /** Of all its steps together. */
  workMs: number;
}

/** Of one step, in which pushes wait. */
const stepMs = 100;
const atOnce = 8;
/** Between two steps that had something to mend. */
const hurryMs = 50;
/** Between two steps else: an audit takes a tenth of the time of one processor. */
const strollMs = 1_000;
/** An audit is followed by a pause so many times as long as its work, but by no longer one than this. */
const pauseFactor = 20;
const mostPauseMs = 3_600_000;
/** What was written just now may be written once more without a trace in the file's times. */
const settledMs = 1_000;
const maxAsked = 100;
/** Between two looks because of what clients ask for: it may be nothing that can be mended. */
const hasteMs = 1_000;
const maxFindings = 10;

export class PublicGuard {
  readonly #options: GuardOptions;
  readonly #asked = new Set<string>();
  /** Digest of the name to what the file system said of the file when it was found right. */
  readonly #known = new DigestTable();
  /** By name: what was wrong since the last clean audit. */
  readonly #wrong = new Map<string, Finding>();
  #audit: Audit | undefined;
  #nextAudit = 0;
  #nextHaste = 0;
  #mended = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /**
   * Is told of a file that a client asked for and that could not be read: the next step begins with it.
   * @returns whether there is reason to look at once
   */
  missed(name: string): boolean {
    if (this.#asked.size < maxAsked) this.#asked.add(name);
    const now = performance.now();
    if (now < this.#nextHaste) return false;
    this.#nextHaste = now + hasteMs;
    return true;
  }

  /**
   * Makes a step. To be called after each look, when no generation is made.
   * @returns milliseconds until the next step is due at the latest
   */
  async look(): Promise<number> {
    const generation = this.#options.publisher.inStep;
    if (generation === undefined) return Infinity;
    const [begin, mendedBefore] = [performance.now(), this.#mended];
    const audit = this.#audit ?? this.#beginWhenDue(generation, begin);
    await this.#lookAtFirst(generation);
    if (audit !== undefined) {
      const isOver = await this.#lookAtAll(audit.files, generation, begin + stepMs);
      audit.workMs += performance.now() - begin;
      if (isOver) this.#end(audit);
    }
    if (this.#mended > mendedBefore) await this.#sync();
    this.#tell();
    const hasMended = this.#mended > mendedBefore;
    if (this.#audit !== undefined) return hasMended ? hurryMs : strollMs;
    return hasMended && audit === undefined ? settledMs : Infinity;
  }

  async #lookAtFirst(generation: Generation): Promise<void> {
    const asked = [...this.#asked].flatMap(
      (name) => guardedFile(name, generation, this.#options) ?? [],
    );
    this.#asked.clear();
    await this.#lookAtAll([...headFiles(generation), ...asked].values(), generation, Infinity);
  }

  #beginWhenDue(generation: Generation, now: number): Audit | undefined {
    if (now < this.#nextAudit) return undefined;
    const files = lastingFiles(generation, this.#options);
    this.#audit = { files, isClean: true, workMs: 0 };
    return this.#audit;
  }

  #end({ isClean, workMs }: Audit): void {
    this.#audit = undefined;
    if (isClean) this.#wrong.clear();
    // Who wrote there just now may do so again, and should be found by an audit that comes after.
    const pauseMs = isClean ? Math.min(pauseFactor * workMs, mostPauseMs) : settledMs;
    this.#nextAudit = performance.now() + pauseMs;
  }

  /** @returns whether that was all of them; it does not go on after `end`, on the monotonic clock */
  async #lookAtAll(
    files: Iterator<GuardedFile>,
    generation: Generation,
    end: number,
  ): Promise<boolean> {
    let isAll = false;
    const work = async (): Promise<void> => {
      while (!isAll && performance.now() < end) {
        const next = files.next();
        if (next.done === true) isAll = true;
        else await this.#lookAt(next.value, generation);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return isAll;
  }

  /** @param generation the current one; the file may be of one before */
  async #lookAt(file: GuardedFile, generation: Generation): Promise<void> {
    const { store } = this.#options;
    const { name } = file;
    try {
      const seen = await store.seen(name);
      if (seen !== undefined && this.#isKnown(name, seen)) return;
      if (seen !== undefined && (await file.isRight(store))) this.#remember(name, seen);
      else if (belongsTo(name, generation)) await this.#mend(file, seen);
    } catch (error) {
      this.#isWrong(name, known(error, name));
    }
  }

  async #mend(file: GuardedFile, seen: SeenFile | undefined): Promise<void> {
    const { store, log } = this.#options;
    const { name } = file;
    await store.mend(name, await file.content());
    this.#mended += 1;
    const what = seen === undefined ? 'it was taken away' : 'its content was changed';
    log.warn({ file: name }, `public file put right: ${what}`);
    this.#isWrong(name, changed(name, `${what}; now it holds again what is signed`));
  }

  async #sync(): Promise<void> {
    try {
      await this.#options.store.sync();
    } catch (error) {
      this.#isWrong('', known(error, ''));
    }
  }

  #isKnown(name: string, seen: SeenFile): boolean {
    return this.#known.get(digestOf(name)) === numberOf(seen);
  }

  #remember(name: string, seen: SeenFile): void {
    if (seen.ageMs >= settledMs) this.#known.set(digestOf(name), numberOf(seen));
  }

  #isWrong(name: string, finding: Finding): void {
    // No count of the others: an alarm that changes is told anew, and there may be a million.
    if (this.#wrong.has(name) || this.#wrong.size < maxFindings) this.#wrong.set(name, finding);
    else this.#wrong.set('', changed('', 'more files were: the log names them'));
    if (this.#audit !== undefined) this.#audit.isClean = false;
    else this.#nextAudit = Math.min(this.#nextAudit, performance.now() + settledMs);
  }

  #tell(): void {
    const { alarms } = this.#options;
    const findings = [...this.#wrong.values()];
    if (findings.length === 0) {
      alarms.clear('public');
      return;
    }
    alarms.raise('public', findings);
  }
}

function changed(name: string, message: string): Finding {
  return fault('publish.file-changed', `public/${name}`, message);
}

function known(error: unknown, name: string): Finding {
  if (error instanceof TufOnGitError) return error;
  return changed(name, `it cannot be looked at (${systemCode(error)})`);
}

/** As the table takes it: 48 bits. */
function numberOf({ mark }: SeenFile): number {
  return hash('sha256', mark, 'buffer').readUIntLE(0, 6);
}
