/**
 * Where a story plays: a temporary folder, and everything that must be gone when the story ends,
 * however it ends. Only processes that were started here are ever ended.
 */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Measurement } from './measurement.ts';
import { StoryFailure } from './story-failure.ts';
import { Steps } from './steps.ts';

type CleanUp = () => Promise<void>;

/** What whoever runs a story may choose. */
export interface StageOptions {
  /** Of the first listener, the second takes the next one; 0: any free ports. */
  readonly port: number;
  /** One of several that are told one after the other: what an earlier one shows is left out. */
  readonly isWalk?: boolean;
  /** Resolves when the next act may begin. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export class Stage {
  readonly folder: string;
  readonly options: StageOptions;
  readonly steps: Steps;
  /** Of the attacks that the story mounted. */
  readonly measured: Measurement[] = [];
  readonly #children = new Set<ChildProcess>();
  readonly #cleanUps: CleanUp[] = [];
  #named = 0;
  #end: Promise<void> | undefined;

  private constructor(folder: string, options: StageOptions) {
    this.folder = folder;
    this.options = options;
    const { stdout: out, env } = process;
    this.steps = new Steps({ out, env, pause: options.pause });
    // A step that was under way when the end came may write once more.
    process.once('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
  }

  static async open(options: StageOptions): Promise<Stage> {
    return new Stage(await mkdtemp(path.join(tmpdir(), 'tuf-on-git-demo-')), options);
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** A name that nobody in this story has yet. */
  newName(kind: string): string {
    this.#named += 1;
    return `${kind}-${this.#named}`;
  }

  /** What can be left out where all milestones are walked through; `--milestone N` shows it. */
  async unlessWalk(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.options.isWalk === true) this.steps.say(`\n  (left out in this walk: ${what})`);
    else await work();
  }

  /** To be done at the end, the last first; at once where the end has come before. */
  onEnd(cleanUp: CleanUp): void {
    if (this.#end !== undefined) {
      this.#end = this.#end.then(cleanUp);
      throw new StoryFailure('the story has ended');
    }
    this.#cleanUps.push(cleanUp);
  }

  /** A process that must not outlive the story. */
  adopt(child: ChildProcess): void {
    if (this.#end !== undefined) {
      // The folder that it was to start in may be gone by now, which it says later.
      child.once('error', () => undefined);
      child.kill();
      throw new StoryFailure('the story has ended');
    }
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
  }

  /** Ends everything; a second call waits for the first. */
  end(): Promise<void> {
    this.#end ??= this.#clear();
    return this.#end;
  }

  async #clear(): Promise<void> {
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
    await Promise.all([...this.#children].map((child) => endProcess(child)));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Asks a process to end, and waits until it has. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  child.kill('SIGTERM');
  await closed;
}
