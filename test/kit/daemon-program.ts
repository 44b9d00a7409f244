import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { installHomeHooks } from './home-hooks.ts';
import type { TestHome } from './home.ts';

const program = path.resolve(import.meta.dirname, '../../dist/bin/daemon.cjs');

/** The built daemon in a process of its own. */
export interface DaemonProgram {
  /** URLs of the two listeners. */
  readonly content: string;
  readonly console: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Starts the built daemon on a HOME with its hooks. */
export async function startDaemonProgram(
  { dir, paths }: Pick<TestHome, 'dir' | 'paths'>,
  ...more: readonly string[]
): Promise<DaemonProgram> {
  await installHomeHooks(paths);
  const args = [program, dir, '--json-ready', ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const urls = JSON.parse(line) as { content: string; console: string };
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await ended;
    };
    const { pid = 0 } = child;
    return { ...urls, pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
  }
  throw new RangeError('the daemon never served');
}
