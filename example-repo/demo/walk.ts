/** One milestone after the other, each on a stage of its own: what one has started, the next has not. */
import { writeFile } from 'node:fs/promises';
import { Stage } from '../kit/stage.ts';
import { duration } from '../kit/steps.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { judge } from '../attacks/judge.ts';
import { printTable } from '../attacks/print.ts';
import type { Measurement } from '../kit/measurement.ts';
import { Enter } from './enter.ts';
import type { DemoOptions } from './options.ts';
import { addressesAt, pictureOf, titleOf, type Addresses } from './pictures.ts';
import { lastMilestone, storyOf } from './stories.ts';

export class Walk {
  readonly #options: DemoOptions;
  readonly #start = performance.now();
  readonly #enter = new Enter();
  readonly #measured = new Map<number, readonly Measurement[]>();
  #stage: Stage | undefined;
  #hasEnded = false;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  /** @returns the status to exit with; never, when a server is to be left running */
  async play(): Promise<number> {
    const { milestone, exit, port } = this.#options;
    const isWalk = milestone === undefined;
    if (isWalk) opening(addressesAt(port));
    for (let at = milestone ?? 0; at < (milestone ?? lastMilestone); at += 1) {
      await this.#tell(at, isWalk);
    }
    const tries = await this.#tell(milestone ?? lastMilestone, isWalk);
    this.#say(`\nAll of it went as told, in ${duration(performance.now() - this.#start)}.`);
    const isAsPromised = await this.#showTable();
    if (exit) return isAsPromised ? 0 : 1;
    this.#say('The server is running. What to try next, in another terminal:\n');
    for (const text of tries) this.#say(`  ${text}`);
    this.#say('\nCtrl-C ends it and removes everything.');
    return new Promise<never>(() => undefined);
  }

  /** Whatever was started is gone when this resolves. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#enter.close();
    await this.#stage?.end();
  }

  /** @returns what to try, as long as its stage stands: until the next milestone, or the end */
  async #tell(milestone: number, isWalk: boolean): Promise<readonly string[]> {
    await this.#stage?.end();
    const { port, step } = this.#options;
    const pause = step ? () => this.#enter.wait() : undefined;
    const stage = await Stage.open({ port, isWalk: isWalk && !this.#options.attacks, pause });
    this.#stage = stage;
    if (this.#hasEnded) {
      await stage.end();
      throw new StoryFailure('the demo has ended');
    }
    const story = await storyOf(milestone);
    const { steps } = stage;
    await steps.act(titleOf(milestone));
    for (const line of pictureOf(milestone, addressesAt(port))) steps.say(`    ${line}`);
    steps.say();
    const start = performance.now();
    const tries = await story(stage);
    this.#measured.set(milestone, stage.measured);
    if (isWalk) {
      steps.say(`\n  Milestone ${milestone} took ${duration(performance.now() - start)}.`);
    }
    return tries;
  }

  /** @returns whether every attack came to what the table has */
  async #showTable(): Promise<boolean> {
    const { attacks, measured } = this.#options;
    if (!attacks || this.#stage === undefined) return true;
    const cells = judge(this.#measured);
    printTable(this.#stage.steps, cells);
    if (measured !== undefined) await writeFile(measured, `${JSON.stringify(cells, null, 2)}\n`);
    return cells.every(({ isAsExpected }) => isAsExpected);
  }

  #say(text: string): void {
    this.#stage?.steps.say(text);
  }
}

function opening(at: Addresses): void {
  const lines = [
    'From a folder of files to a repository where nobody signs alone, in seven steps. Each is a working',
    'repository; each withstands more than the one before. This is the last, which is left running:',
    '',
    ...pictureOf(lastMilestone, at).map((line) => `    ${line}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
