import assert from 'node:assert/strict';
import path from 'node:path';
import { gatedRepository, type GatedOptions, type GatedRepository } from './gated-repository.ts';
import type { GitRun } from './git.ts';
import { writeRawCommit, type OddEntry } from './raw-objects.ts';
import type { Tree } from './source-tree.ts';

/** Makes a tree another; what no Map of files can hold goes into `odd`. */
export type Change = (tree: Tree, odd: OddEntry[]) => void;

export interface MadeCommit {
  readonly oid: string;
  readonly tree: Tree;
}

/**
 * A bare repository behind the real hook that many pushes share: whatever one of them moved is put
 * back before the next.
 */
export interface PushScene {
  readonly gated: GatedRepository;
  /** Where `main` is before a push. */
  readonly base: MadeCommit;
  /** Puts `main` where it was at first, or past the hook to a commit on top of that, or away. */
  restart(given?: Change | 'nothing'): Promise<void>;
  /** A commit of the pusher: a change on top of `on`, of `base` by default, whatever its parents. */
  commit(change: Change, on?: MadeCommit, parents?: readonly string[]): MadeCommit;
  /** By git over a local path to `main`, or with these refspecs and options. */
  push(oid: string, ...more: string[]): Promise<GitRun>;
  /** Every ref of the server and where it is. */
  refs(): Promise<string>;
  close(): Promise<void>;
}

/** @param start what `main` holds at first; its `metadata/root.json` is the pinned root */
export async function pushScene(start: Tree, options: GatedOptions = {}): Promise<PushScene> {
  const gated = await gatedRepository(start.get('metadata/root.json') ?? Buffer.of(), options);
  const { sandbox, clone } = gated;
  // Half of the time of a push; nothing here need outlive the machine.
  await sandbox.ok(['config', 'core.fsync', 'none']);
  const write = (change: Change, on: Tree, parents: readonly string[]): MadeCommit => {
    const tree = new Map(on);
    const odd: OddEntry[] = [];
    change(tree, odd);
    return { oid: writeRawCommit(path.join(clone.dir, '.git'), { tree, odd, parents }), tree };
  };
  const first = write(() => undefined, start, []);
  let base = first;
  const scene: PushScene = {
    gated,
    get base() {
      return base;
    },
    restart: async (given) => {
      base = typeof given === 'function' ? write(given, start, [first.oid]) : first;
      if (base !== first) {
        writeRawCommit(sandbox.bare, { tree: base.tree, parents: [first.oid] });
      }
      const to = given === 'nothing' ? ['-d', 'refs/heads/main'] : ['refs/heads/main', base.oid];
      await sandbox.ok(['update-ref', ...to]);
    },
    commit: (change, on = base, parents = [on.oid]) => write(change, on.tree, parents),
    push: (oid, ...more) => gated.push('origin', `${oid}:refs/heads/main`, ...more),
    refs: () => sandbox.ok(['for-each-ref']),
    close: () => sandbox.remove(),
  };
  const run = await scene.push(first.oid);
  assert.equal(run.status, 0, run.stderr);
  return scene;
}
