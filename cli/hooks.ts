/** The hooks, installed: the one place where the command line reaches into hooks/. */
import path from 'node:path';
import type { HomePaths } from '../core/home/layout.ts';
import { programPath } from './programs.ts';

/** Into the hooks folder of a HOME, to work together with its daemon. */
export async function installHomeHooks(paths: HomePaths): Promise<void> {
  const { hooks: hooksDir, hookFailures: failureLog, ...others } = paths;
  const { pinnedRoot, onlineKeys, blobs, config, nudgePipe } = others;
  await install({ hooksDir, pinnedRoot, onlineKeys, blobs, config, nudgePipe, failureLog });
}

/** For a repository without a daemon: the gate alone. */
export async function installGate(hooksDir: string, pinnedRoot: string): Promise<void> {
  await install({ hooksDir, pinnedRoot, failureLog: path.join(hooksDir, 'failures.log') });
}

interface Places {
  readonly hooksDir: string;
  readonly pinnedRoot: string;
  readonly failureLog: string;
  readonly onlineKeys?: string;
  readonly blobs?: string;
  readonly config?: string;
  readonly nudgePipe?: string;
}

async function install(places: Places): Promise<void> {
  const { installHooks } = await import('../hooks/install.ts');
  await installHooks({ ...places, program: programPath('pre-receive') });
}
