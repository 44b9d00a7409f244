/** A maintainer with plain git, who commits one release after the other. */
import path from 'node:path';
import { cloneAt, runGit, type Clone } from '../../test/kit/git.ts';
import { addRelease, type TestHome } from '../../test/kit/home.ts';

export async function cloneOf({ dir, paths }: TestHome): Promise<Clone> {
  const folder = path.join(dir, 'clone');
  await runGit(['clone', '--quiet', paths.repository, folder]);
  return cloneAt(folder);
}

/** Commits the next version of alice's role with one more target; nothing is pushed. */
export async function commitRelease(clone: Clone, home: TestHome, count: number): Promise<void> {
  const before = new Map(home.tree);
  addRelease(home.tree, `alice-project/tool/1.0.${count + 1}/tool.tgz`, `release ${count}`);
  for (const [file, bytes] of home.tree) {
    if (before.get(file) !== bytes) await clone.write(file, bytes);
  }
  await clone.commit(`release ${count}`);
}

/** How long it takes to push what is committed, in milliseconds. */
export async function timePush(clone: Clone, to: string): Promise<number> {
  const start = performance.now();
  await clone.ok('push', '--quiet', to, 'HEAD:refs/heads/main');
  return performance.now() - start;
}
