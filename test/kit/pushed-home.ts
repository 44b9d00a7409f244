import assert from 'node:assert/strict';
import path from 'node:path';
import { writeTree } from './gated-repository.ts';
import { cloneAt, runGit, type Clone, type GitRun } from './git.ts';
import { installHomeHooks } from './home-hooks.ts';
import { addRelease, signedOf, type TestHome } from './home.ts';
import { people, putRole, type Tree } from './source-tree.ts';

/** A HOME whose hook is installed, and a clone of it. */
export interface PushedHome {
  readonly clone: Clone;
  /** Commits a change of the files onto main as it is, in the clone, and pushes it. */
  push(message: string, change: (tree: Tree) => void): Promise<GitRun>;
  /** So with the next version of alice's role. */
  release(version: string): Promise<GitRun>;
  /** A commit upon main in the clone, not pushed: the next version of alice's role, by a key not hers. */
  bad(): Promise<string>;
  /** As `release`; fails unless it is accepted. */
  readonly accepted: (version: string) => Promise<void>;
}

export async function pushedHome({ dir, paths, tree }: TestHome): Promise<PushedHome> {
  await installHomeHooks(paths);
  await runGit(['clone', '--quiet', paths.repository, 'clone'], { cwd: dir });
  const clone = cloneAt(path.join(dir, 'clone'));
  const toMain = async () => {
    await clone.ok('fetch', '--quiet', 'origin');
    await clone.ok('reset', '--quiet', '--hard', 'origin/main');
  };
  const push: PushedHome['push'] = async (message, change) => {
    await toMain();
    change(tree);
    await writeTree(clone.dir, tree);
    await clone.commit(message);
    return clone.git('push', 'origin', 'HEAD:refs/heads/main');
  };
  const release: PushedHome['release'] = (version) =>
    push(`alice: ${version}`, (files) => {
      addRelease(files, `alice-project/tool/${version}/tool.tgz`, `tool ${version}`);
    });
  return {
    clone,
    push,
    release,
    bad: async () => {
      await toMain();
      const forged = new Map(tree);
      addRelease(forged, 'alice-project/tool/6.6.6/tool.tgz', 'not hers');
      putRole(forged, 'alice', signedOf(forged, 'alice'), [people.stranger]);
      await writeTree(clone.dir, forged);
      return clone.commit('past the hook');
    },
    accepted: async (version) => {
      const run = await release(version);
      assert.equal(run.status, 0, run.stderr);
    },
  };
}
