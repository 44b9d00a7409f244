import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { installHomeHooks } from '../../test/kit/home-hooks.ts';
import type { TestHome } from '../../test/kit/home.ts';
import { bin } from './hooks.ts';

export interface ServedHome {
  /** URLs of the two listeners. */
  readonly content: string;
  readonly console: string;
  stop(): Promise<void>;
}

/** Starts the built daemon on a HOME with its hooks. */
export async function serveHome({ dir, paths }: TestHome): Promise<ServedHome> {
  await installHomeHooks(paths);
  const args = [path.join(bin, 'daemon.cjs'), dir, '--json-ready'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const urls = JSON.parse(line) as Pick<ServedHome, 'content' | 'console'>;
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { ...urls, stop };
  }
  throw new RangeError('the daemon never served');
}
