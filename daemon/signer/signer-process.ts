import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fault, visible, type TufOnGitError } from '../../core/error/error.ts';

export interface ProcessOptions {
  /** The bundled program, as `dist/bin/signer.cjs`. */
  readonly program: string;
  /** `HOME/signer`. */
  readonly folder: string;
  /** The environment of the process; this one's by default. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Descriptors of this process that key URIs name as `pin-source=fd:N`; above 2. */
  readonly inheritFds?: readonly number[] | undefined;
  /** Is told each line that the signer writes to stderr. */
  readonly log?: ((text: string) => void) | undefined;
}

/** A core dump would hold the PIN. Node cannot set the limit; the shell becomes the signer. */
const withoutCoreDumps = ['-c', 'ulimit -c 0; exec "$@"', 'sh'];

/** One run of the signer's program: running, then ending, then gone. */
export class SignerProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #state: 'running' | 'ending' | 'gone' = 'running';

  constructor({ program, folder, env = process.env, inheritFds = [], log }: ProcessOptions) {
    const stdio = channels(inheritFds, log !== undefined);
    const command = [...withoutCoreDumps, process.execPath, program, folder];
    this.#child = spawn('/bin/sh', command, { env, stdio });
    this.#gone = this.#untilGone();
    if (log !== undefined) readLines(this.#child, log);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get state(): 'running' | 'ending' | 'gone' {
    return this.#state;
  }

  /**
   * Sends one message and waits for the next.
   * @throws `signer.unavailable` when the process ends, or takes longer than `timeoutMs`
   */
  async ask(message: object, timeoutMs: number): Promise<unknown> {
    if (this.#state !== 'running') throw unavailable('the signer ended');
    const waiting = new AbortController();
    const { signal } = waiting;
    const timer = setTimeout(() => {
      waiting.abort(unavailable(`no answer in ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      const answer = once(this.#child, 'message', { signal });
      const end = once(this.#child, 'exit', { signal });
      this.#send(message);
      const [first] = (await Promise.race([answer, end.then(ended)])) as unknown[];
      return first;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      waiting.abort();
    }
  }

  /** Lets it finish what it is at; kills it after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#state === 'gone') return;
    this.#state = 'ending';
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs);
    await this.#gone;
    clearTimeout(timer);
  }

  /** Ends it wherever it hangs; after `timeoutMs` it may still be ending, deep in a driver. */
  async kill(timeoutMs: number): Promise<void> {
    if (this.#state === 'gone') return;
    this.#state = 'ending';
    this.#child.kill('SIGKILL');
    const waiting = new AbortController();
    const { signal } = waiting;
    const late = delay(timeoutMs, undefined, { signal }).catch(() => undefined);
    await Promise.race([this.#gone, late]);
    waiting.abort();
  }

  /** A message that cannot be sent is answered by the end of the process. */
  #send(message: object): void {
    this.#child.send(message, () => undefined);
  }

  async #untilGone(): Promise<void> {
    try {
      await once(this.#child, 'exit');
    } catch (error) {
      if (this.#child.pid !== undefined) throw error;
    } finally {
      this.#state = 'gone';
    }
  }
}

export function unavailable(message: string, cause?: unknown): TufOnGitError {
  return fault('signer.unavailable', 'signer', message, {
    hint: 'it is started again for the next signature',
    cause,
  });
}

function ended(): never {
  throw unavailable('the signer ended');
}

/** Standard streams, then the inherited descriptors under their own numbers, then the channel. */
function channels(inheritFds: readonly number[], hasLog: boolean): StdioOptions {
  const inherited = Array.from({ length: Math.max(2, ...inheritFds) - 2 }, (_, n) =>
    inheritFds.includes(n + 3) ? n + 3 : ('ignore' as const),
  );
  return ['ignore', 'ignore', hasLog ? 'pipe' : 'ignore', ...inherited, 'ipc'];
}

function readLines(child: ChildProcess, log: (text: string) => void): void {
  if (child.stderr === null) return;
  createInterface({ input: child.stderr }).on('line', (text) => {
    log(visible(text.slice(0, 2000)));
  });
}
