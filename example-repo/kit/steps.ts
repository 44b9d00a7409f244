/** What a story prints: one plain line a step, with the time that it took. */
import pc from 'picocolors';

/** Where a story goes: `isTTY` is absent where it is no terminal. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Steps {
  readonly #out: Output;
  readonly #colours: ReturnType<typeof pc.createColors>;

  constructor(out: Output, env: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#colours = pc.createColors(out.isTTY === true && env['NO_COLOR'] === undefined);
  }

  /** A heading. */
  act(title: string): void {
    this.#line(`\n${this.#colours.bold(title)}`);
  }

  /** Does something and says so. `!` marks what one would not want to happen. */
  async step<T>(text: string, work: () => Promise<T>, mark: '✓' | '!' = '✓'): Promise<T> {
    const start = performance.now();
    const say = (shown: string) => {
      this.#line(`  ${shown} ${text} … ${this.#colours.dim(duration(performance.now() - start))}`);
    };
    try {
      const result = await work();
      say(mark === '✓' ? this.#colours.green(mark) : this.#colours.yellow(mark));
      return result;
    } catch (error) {
      say(this.#colours.red('✗'));
      throw error;
    }
  }

  /** More about the step above. */
  note(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.#line(`      ${this.#colours.dim(line)}`);
  }

  /** A line that is no step. */
  say(text = ''): void {
    this.#line(text);
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
