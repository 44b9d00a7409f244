/** HOMEs whose repository is large, beside an equal one that stands behind an empty hook. */
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeJsonFile } from '../../core/home/json-file.ts';
import { putBlob } from '../../test/kit/blobs.ts';
import { cloneAt, runGit } from '../../test/kit/git.ts';
import { installHomeHooks } from '../../test/kit/home-hooks.ts';
import { makeHome, signedOf, type TestHome } from '../../test/kit/home.ts';
import { people, putRoot } from '../../test/kit/source-tree.ts';
import { installEmptyHook } from './hooks.ts';
import { importCommits } from './import-commits.ts';
import { contents, LargeTree, type SourceFile } from './large-tree.ts';
import type { Shape } from './target-layout.ts';

export interface LargeHome {
  readonly home: TestHome;
  readonly tree: LargeTree;
  /** The same repository with a hook that starts Node and does nothing. */
  readonly yardstick: string;
  /** Makes commits, each of which changes that many roles; nothing is pushed. */
  prepare(changes: readonly number[]): Promise<string[]>;
  /** Pushes a commit; how long that took, in milliseconds. */
  push(commit: string, to: string): Promise<number>;
  remove(): Promise<void>;
}

export async function makeLargeHome(shape: Shape): Promise<LargeHome> {
  const home = await makeHome();
  const tree = new LargeTree(shape);
  const { paths, dir } = home;
  // With its log: a main that was replaced is what an audit complains of.
  await runGit(['update-ref', '-d', 'refs/heads/main'], { cwd: paths.repository });
  await importCommits(paths.repository, undefined, [files(home, tree, shape)]);
  await writeFile(paths.pinnedRoot, home.tree.get('metadata/root.json') ?? '');
  await writeJsonFile(paths.onlineKeys, [home.online.json]);
  for (const content of contents) await putBlob(paths.blobs, content);
  const yardstick = path.join(dir, 'yardstick.git');
  await cp(paths.repository, yardstick, { recursive: true });
  await runGit(['config', 'core.hooksPath', path.join(dir, 'empty-hooks')], { cwd: yardstick });
  await installEmptyHook(path.join(dir, 'empty-hooks'));
  await installHomeHooks(paths);
  const client = path.join(dir, 'client.git');
  await runGit(['clone', '--quiet', '--bare', '--shared', yardstick, client]);
  return { home, tree, yardstick, ...pusher(client, tree), remove: () => home.remove() };
}

/** The person who pushes: has what the repositories had at the start, and what was prepared since. */
function pusher(client: string, tree: LargeTree): Pick<LargeHome, 'prepare' | 'push'> {
  const clone = cloneAt(client);
  let role = 0;
  const change = (): SourceFile => {
    // A step that has no factor in common with the number of roles comes to each of them.
    role = (role + 7919) % tree.roles;
    return tree.next(role);
  };
  return {
    prepare: async (changes) => {
      const tip = await clone.ok('rev-parse', 'main');
      const commits = changes.map((count) => Array.from({ length: count }, change));
      return importCommits(client, tip, commits);
    },
    push: async (commit, to) => {
      const args = ['push', '--quiet', to, `${commit}:refs/heads/main`];
      const start = performance.now();
      const { status, stderr } = await runGit(args, { cwd: client });
      if (status !== 0) throw new RangeError(`git push: ${stderr}`);
      return performance.now() - start;
    },
  };
}

function* files(home: TestHome, tree: LargeTree, { by }: Shape): Iterable<SourceFile> {
  // go-tuf reads hash prefixes in another way than all the others.
  const clients = by === 'patterns' ? {} : { clients: ['python-tuf', 'tuf-js', 'tough'] };
  const root = signedOf(home.tree, 'root');
  const policy = { ...(root['x-tuf-on-git-policy'] as object), ...clients };
  putRoot(home.tree, { ...root, 'x-tuf-on-git-policy': policy }, [people.root1, people.root2]);
  for (const [file, bytes] of home.tree) {
    if (file.startsWith('metadata/root')) yield [file, bytes];
  }
  yield* tree.files();
}
