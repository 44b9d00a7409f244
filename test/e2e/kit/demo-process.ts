import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const top = path.resolve(import.meta.dirname, '../../..');

export interface DemoRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run demo`, after its set-up: in a process of its own, as everybody runs it. */
export class Demo {
  readonly #child: ChildProcess;
  readonly #ended: Promise<DemoRun>;
  #stdout = '';
  #stderr = '';

  /** @param folder its temporary files go there and nowhere else */
  constructor(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const program = path.join(top, 'example-repo/demo/main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      cwd: top,
      env: { ...process.env, ...env, TMPDIR: folder },
      stdio: 'pipe',
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#child = child;
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        resolve({ status: status ?? -1, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves with what it printed that fits. @throws RangeError when it ends without */
  printed(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.#stdout)?.[0];
        if (found !== undefined) resolve(found);
      };
      this.#child.stdout?.on('data', look);
      void this.#ended.then(({ stdout, stderr }) => {
        reject(new RangeError(`it never printed ${String(pattern)}, but:\n${stdout}\n${stderr}`));
      });
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Presses Enter. */
  enter(): void {
    this.#child.stdin?.write('\n');
  }

  /** From now on nobody can press anything. */
  hangUp(): void {
    this.#child.stdin?.end();
  }

  ended(): Promise<DemoRun> {
    return this.#ended;
  }
}

/** Command lines of the processes that have to do with a folder (Linux; elsewhere none are found). */
export function processesOf(folder: string): readonly string[] {
  if (!existsSync('/proc')) return [];
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.map(commandLine).filter((line) => line.includes(folder));
}

function commandLine(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
}
