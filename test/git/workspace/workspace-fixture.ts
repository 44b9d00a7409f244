import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import type { Workspace } from '../../../core/git/workspace/workspace.ts';
import { cloneAt, gitSandbox, type Clone, type GitSandbox } from '../../kit/git.ts';

/** Alice's workspace on a repository with four files, and bob, who pushes there too. */
export interface WorkspaceFixture {
  readonly sandbox: GitSandbox;
  readonly workspace: Workspace;
  /** Where a file of the working tree is. */
  file(path: string): string;
  write(path: string, content: string): Promise<void>;
  commit(paths: string[], removed?: string[]): ReturnType<Workspace['commit']>;
  /** What plain git says of the workspace. */
  git(...args: string[]): Promise<string>;
  /** Content undefined: bob removes the file. */
  pushFromBob(path: string, content: string | undefined): Promise<void>;
}

export async function workspaceFixture(): Promise<WorkspaceFixture> {
  const sandbox = await gitSandbox();
  await sandbox.seed({
    'metadata/root.json': '{"root":\r\n1}\n',
    'metadata/targets.json': 'targets 1',
    'targets/a/one.txt': 'one',
    'README.md': 'read me',
  });
  const workspace = await cloneWorkspace({ url: sandbox.bare, dir: join(sandbox.dir, 'alice') });
  const file = (path: string): string => join(workspace.dir, path);
  let bob: Clone | undefined;
  return {
    sandbox,
    workspace,
    file,
    write: async (path, content) => {
      await mkdir(dirname(file(path)), { recursive: true });
      await writeFile(file(path), content);
    },
    commit: (paths, removed = []) =>
      workspace.commit({ paths, removed, message: 'change', author: alice, time }),
    git: (...args) => cloneAt(workspace.dir).ok(...args),
    pushFromBob: async (path, content) => {
      bob ??= await sandbox.clone('bob');
      if (content === undefined) await rm(join(bob.dir, path));
      else await bob.write(path, content);
      await bob.commit('by bob');
      await bob.ok('push', '--quiet', 'origin', 'HEAD:main');
    },
  };
}

export const alice = { name: 'Alice', email: 'alice@example.com' };
const time = new Date('2026-01-01T12:00:00Z');
