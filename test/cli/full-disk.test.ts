import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../core/error/system-error.ts';
import { cloneAt } from '../kit/git.ts';
import {
  aliceSigned,
  entryOf,
  people,
  putRole,
  putTarget,
  validTree,
  type Tree,
} from '../kit/source-tree.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import {
  workspaceAt,
  workspaces,
  type MaintainerWorkspace,
  type Workspaces,
} from '../kit/workspaces.ts';

/** Skipped, by name, where this account may not mount anything. */
const whereMounting = spawnSync('unshare', ['--mount', 'true']).status === 0 ? it : it.skip;

const target = 'alice-project/tool/1.1.0/tool.tgz';

describe('a disk that fills up', () => {
  let kit: Workspaces;
  let disk: string;
  let original: MaintainerWorkspace;
  let main: string;
  before(async () => {
    kit = await workspaces(withManyTargets());
    disk = path.join(kit.dir, 'disk');
    await mkdir(disk);
    original = await kit.clone('original', 'alice');
    await original.ok('add', target, await original.file('tool', 'a tool'));
    main = await kit.gated.sandbox.ok(['rev-parse', 'main']);
  });
  after(() => kit.remove());

  /** A copy of the workspace on a disk with room for so many pages, and what makes more room. */
  async function onFullDisk(
    pages: number,
    work: (alice: MaintainerWorkspace, makeRoom: () => void) => Promise<void>,
  ): Promise<void> {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
      const dir = path.join(disk, 'work');
      await cp(original.dir, dir, { recursive: true, preserveTimestamps: true });
      await work(workspaceAt(dir), fill(disk, pages));
    } finally {
      execFileSync('umount', [disk]);
    }
  }

  // Every file that signing writes meets the end of the disk at one of these.
  whereMounting('leaves a change signed or not, and never the workspace broken', async () => {
    const endings = new Set<number>();
    for (const pages of [0, 3, 4, 6, 8, 9, 11, 14]) {
      await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', main]);
      await onFullDisk(pages, async (alice, makeRoom) => {
        const { status, stderr } = await alice.run('sign', '--yes');
        endings.add(status);
        const line = /^tuf-on-git: \[home\.not-writable\] \S+: it cannot be written \(ENOSPC\)$/m;
        if (status !== 0) assert.match(stderr, line);
        makeRoom();
        await cloneAt(alice.dir).ok('fsck', '--strict');
        await alice.ok('status');
        await alice.ok('sign', '--yes');
        await alice.ok('push');
        assert.equal(await cloneAt(alice.dir).ok('status', '--porcelain'), '');
      });
    }
    assert.deepEqual([...endings], [1, 0]);
  });

  whereMounting('leaves no draft of what could not be added, and no half of a clone', async () => {
    await onFullDisk(0, async (alice, makeRoom) => {
      const before = await original.ok('status');
      const other = 'alice-project/tool/1.2.0/tool.tgz';
      const file = await original.file('other', 'another tool');
      await alice.refused(1, 'home.not-writable', 'add', other, file);
      const pin = ['--root', path.join(kit.dir, 'root.json')];
      const clone = await kit.run(disk, 'clone', kit.gated.sandbox.bare, 'another', ...pin);
      assert.equal(clone.status, 1, clone.stderr);
      assert.match(clone.stderr, /ENOSPC/);
      assert.ok(!existsSync(path.join(disk, 'another')));
      makeRoom();
      assert.equal(await alice.ok('status'), before);
    });
  });
});

/** @returns what makes room again */
function fill(disk: string, pagesLeft: number): () => void {
  const [ballast, spare] = [path.join(disk, 'ballast'), path.join(disk, 'spare')];
  writePages(spare, pagesLeft);
  writePages(ballast, Infinity);
  rmSync(spare);
  return () => {
    rmSync(ballast);
  };
}

/** Git's index of them is more than a page: there may be room for the commit, and none for it. */
function withManyTargets(): Tree {
  const tree = validTree();
  const names = Array.from({ length: 80 }, (_, n) => `alice-project/tool/0.${n}/tool.tgz`);
  for (const name of names) putTarget(tree, name, name);
  const targets = Object.fromEntries(names.map((name) => [name, entryOf(tree, name)]));
  const signed = aliceSigned(tree, 1);
  const all = { ...(signed['targets'] as JsonObject), ...targets };
  putRole(tree, 'alice', { ...signed, targets: all }, [people.alice]);
  return tree;
}

/** Writes pages until there are so many, or no room. */
function writePages(file: string, pages: number): void {
  const fd = openSync(file, 'w');
  try {
    for (let count = 0; count < pages; count += 1) writeSync(fd, Buffer.alloc(4096));
  } catch (error) {
    if (!hasCode(error, 'ENOSPC')) throw error;
  } finally {
    closeSync(fd);
  }
}
