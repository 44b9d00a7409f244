/** The clients that are held against each other, each a program with a folder of its own. */
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { installedPython } from '../../test/kit/python-environment.ts';
import { bin } from '../kit/hooks.ts';
import { timeProgram } from '../kit/time-program.ts';
import type { Served } from './served.ts';
import { rootFile } from './write-repository.ts';

export interface Contestant {
  readonly name: string;
  /** Forgets everything but the trusted root. */
  readonly reset: () => Promise<void>;
  /** One run: a refresh, and a download of these targets. @returns its time in milliseconds */
  readonly run: (targets: readonly string[]) => Promise<number>;
}

export const program = path.join(bin, 'tuf-on-git.cjs');

/** The environment in which our program trusts what lies in that folder. */
export const trusting = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  TUF_ON_GIT_DATA: path.join(folder, 'trusted'),
});

export async function ourClient({ folder, url }: Served): Promise<Contestant> {
  const own = path.join(folder, 'ours');
  const env = trusting(own);
  const fresh = path.join(folder, 'ours-fresh');
  const trust = ['trust', rootFile(path.join(folder, 'public')), '--url', url];
  await timeProgram(program, trust, { env: trusting(fresh) });
  const downloads = path.join(own, 'downloads');
  return {
    name: 'tuf-on-git',
    reset: async () => {
      await rm(own, { recursive: true, force: true });
      await cp(fresh, own, { recursive: true });
    },
    run: (targets) => {
      const args = targets.length > 0 ? ['get', ...targets, '--dir', downloads] : ['refresh'];
      return timeProgram(program, args, { env });
    },
  };
}

export function tufJs(served: Served): Contestant {
  const script = path.join(import.meta.dirname, 'tuf-js-client.mjs');
  return library('tuf-js', served, [process.execPath, script]);
}

/** Undefined where it is not installed. */
export async function pythonTuf(served: Served): Promise<Contestant | undefined> {
  const python = await installedPython();
  if (python === undefined) return undefined;
  const script = path.join(import.meta.dirname, 'python_tuf_client.py');
  return library('python-tuf', served, [python, script]);
}

function library(name: string, served: Served, command: readonly string[]): Contestant {
  const own = path.join(served.folder, name);
  const [metadata, targets] = [path.join(own, 'metadata'), path.join(own, 'targets')];
  const [file = '', ...args] = command;
  return {
    name,
    reset: async () => {
      await rm(own, { recursive: true, force: true });
      await mkdir(metadata, { recursive: true });
      await mkdir(targets);
      await cp(rootFile(path.join(served.folder, 'public')), path.join(metadata, 'root.json'));
    },
    run: (paths) => timeProgram(file, [...args, metadata, targets, served.url, ...paths]),
  };
}
