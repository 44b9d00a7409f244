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
  /** @returns its exit status; null when a signal ended it */
  stop(): Promise<number | null>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** The same from its first instant on. */
export interface DaemonLife {
  readonly pid: number;
  /** Resolves when it serves; with undefined when it ended before. */
  readonly ready: Promise<DaemonProgram | undefined>;
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

export interface SpawnOptions {
  /** Arguments beside HOME. */
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Another copy of it, for an account that cannot read the one that was built. */
  readonly file?: string;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts the built daemon on a HOME with its hooks. */
export async function startDaemonProgram(
  home: Pick<TestHome, 'dir' | 'paths'>,
  ...more: readonly string[]
): Promise<DaemonProgram> {
  await installHomeHooks(home.paths);
  const daemon = await spawnDaemonProgram(home, { more }).ready;
  if (daemon === undefined) throw new RangeError('the daemon never served');
  return daemon;
}

/** As `startDaemonProgram`, on a HOME as it is, and without waiting. */
export function spawnDaemonProgram(
  { dir }: Pick<TestHome, 'dir'>,
  { more = [], file = program, ...options }: SpawnOptions = {},
): DaemonLife {
  const args = [file, dir, '--json-ready', ...more];
  const child = spawn(process.execPath, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const { pid = 0 } = child;
  const served = async (): Promise<DaemonProgram | undefined> => {
    for await (const line of createInterface({ input: child.stdout })) {
      const urls = JSON.parse(line) as { content: string; console: string };
      const stop = () => end('SIGTERM').then(() => child.exitCode);
      return { ...urls, pid, stop, kill: () => end('SIGKILL') };
    }
    return undefined;
  };
  return { pid, ready: served(), ended, kill: () => end('SIGKILL') };
}
