/** What a story prints: one plain line a step, with the time that it took. */
import pc from 'picocolors';
import { wrapped } from './wrapped.ts';

/** Where a story goes: `isTTY` is absent where it is no terminal. */
interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface StepsOptions {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Resolves when the next act may begin. */
  readonly pause?: (() => Promise<void>) | undefined;
}

export class Steps {
  readonly #out: Output;
  readonly #colours: ReturnType<typeof pc.createColors>;
  readonly #pause: StepsOptions['pause'];
  /** Of a terminal; elsewhere lines are as long as they are. */
  readonly #width: number | undefined;

  constructor({ out, env, pause }: StepsOptions) {
    const isTerminal = out.isTTY === true;
    this.#out = out;
    this.#pause = pause;
    this.#colours = pc.createColors(isTerminal && (env['NO_COLOR'] ?? '') === '');
    this.#width = isTerminal ? (out.columns ?? 80) : undefined;
  }

  /** A heading. */
  async act(title: string): Promise<void> {
    await this.#pause?.();
    this.#line(`\n${this.#colours.bold(title)}`);
  }

  /** Does something and says so. `!` marks what one would not want to happen. */
  async step<T>(text: string, work: () => Promise<T>, mark: '✓' | '!' = '✓'): Promise<T> {
    const start = performance.now();
    const say = (shown: string) => {
      this.#line(`  ${shown} ${text} … ${this.#colours.dim(duration(performance.now() - start))}`);
    };
    this.#begin(text);
    try {
      const result = await work();
      this.#forget();
      say(mark === '✓' ? this.#colours.green(mark) : this.#colours.yellow(mark));
      return result;
    } catch (error) {
      this.#forget();
      say(this.#colours.red('✗'));
      throw error;
    }
  }

  /** More about the step above. */
  note(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      for (const part of this.#fitting(line)) this.#line(`      ${this.#colours.dim(part)}`);
    }
  }

  /** A line that is no step. */
  say(text = ''): void {
    this.#line(text);
  }

  /** On a terminal, what is being done now: the step's own line takes its place. */
  #begin(text: string): void {
    if (this.#width === undefined) return;
    const line = `  · ${text} …`;
    this.#out.write(line.length < this.#width ? line : `${line.slice(0, this.#width - 2)}…`);
  }

  #forget(): void {
    if (this.#width !== undefined) this.#out.write('\r\u001b[K');
  }

  #fitting(line: string): readonly string[] {
    return this.#width === undefined ? [line] : wrapped(line, this.#width - 7);
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
