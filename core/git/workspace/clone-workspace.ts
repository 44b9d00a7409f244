import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { addRemote, init, setConfig } from 'isomorphic-git';
import { fault } from '../../error/error.ts';
import { cloneOf, type Clone } from './clone.ts';
import { fastForward, workspaceAt, type WorkspaceOptions } from './open-workspace.ts';
import { parseAddress, remoteFor } from './remote.ts';
import { keepBytes } from './working-tree.ts';
import type { Workspace } from './workspace.ts';

export interface CloneOptions extends WorkspaceOptions {
  /** HTTP, ssh, or a path. A token within it is used and not stored. */
  readonly url: string;
  /** Absent or empty. */
  readonly dir: string;
}

/**
 * Clones a repository and checks out `main`. When that fails, nothing is left behind.
 * @throws `repository.refused` when the folder is not empty or the server says no,
 *   `repository.unreachable`
 */
export async function cloneWorkspace(options: CloneOptions): Promise<Workspace> {
  const address = parseAddress(options.url);
  const token = options.token ?? address.token;
  const clone = cloneOf(resolve(options.dir));
  const isNew = await prepareFolder(clone.dir);
  try {
    await initClone(clone, address.url);
    await remoteFor(address.url, token).fetch(clone);
    await fastForward(clone);
  } catch (error) {
    await removeAttempt(clone, isNew);
    throw error;
  }
  return workspaceAt(clone, token === undefined ? {} : { token });
}

async function initClone(clone: Clone, url: string): Promise<void> {
  await init({ ...clone, defaultBranch: 'main' });
  await keepBytes(clone);
  await addRemote({ ...clone, remote: 'origin', url });
  await setConfig({ ...clone, path: 'branch.main.remote', value: 'origin' });
  await setConfig({ ...clone, path: 'branch.main.merge', value: 'refs/heads/main' });
}

/** Whether the folder had to be made. */
async function prepareFolder(dir: string): Promise<boolean> {
  const first = await mkdir(dir, { recursive: true });
  if (first === undefined && (await readdir(dir)).length > 0) {
    throw fault('repository.refused', dir, 'the folder is not empty', {
      hint: 'name a folder that does not exist yet',
    });
  }
  return first !== undefined;
}

/** The folder was empty before: whatever is in it now is ours. */
async function removeAttempt(clone: Clone, isNew: boolean): Promise<void> {
  const names = isNew ? [''] : await readdir(clone.dir);
  for (const name of names) await rm(join(clone.dir, name), { recursive: true, force: true });
}
