import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { faultyGate } from './kit/faulty-gate.ts';

/** Skipped, by name, where this account may not mount anything. */
const whereMounting = spawnSync('unshare', ['--mount', 'true']).status === 0 ? it : it.skip;

describe('a hook that runs out of memory', () => {
  const gate = faultyGate();

  it('refuses when there is too little for the program to start', async () => {
    await gate().breakHook('ulimit -v 90000');
    await gate().refused(await gate().push(), 'git.unable');
    await gate().recovers();
  });

  it('refuses in the middle of its work, and only the operator reads what it dies of', async () => {
    await gate().breakHook("NODE_OPTIONS='--max-old-space-size=8'", 'export NODE_OPTIONS');
    await gate().refused(await gate().push({ entries: 2000 }), 'git.unable');
    assert.match(await gate().failures(), /heap out of memory/);
    await gate().recovers();
  });

  it('refuses when git does', async () => {
    await gate().breakCommand('git', 'ulimit -v 9000', 'PATH=${PATH#*:} exec git "$@"');
    await gate().refused(await gate().push({ targetBytes: 4e6 }));
    await gate().recovers();
  });
});

describe('a disk that is full', () => {
  const gate = faultyGate();

  whereMounting('refuses what does not fit, and leaves nothing of it behind', async () => {
    const { bare } = gate().gated.sandbox;
    const small = await smallDisk(path.join(bare, 'objects'));
    try {
      await gate().refused(await gate().push({ targetBytes: 6e6 }));
    } finally {
      await small.remove();
    }
    await gate().recovers();
  });

  it('refuses what is longer than a file may be', async () => {
    const receivePack = `ulimit -f 100; git-receive-pack`;
    await gate().refused(await gate().push({ targetBytes: 1e6, receivePack }));
    await gate().recovers();
  });

  whereMounting('refuses as well when the reason cannot be noted', async () => {
    const { dir } = gate().gated.sandbox;
    const log = path.join(dir, 'hook-failures.log');
    const full = path.join(dir, 'full');
    await mkdir(full);
    await rm(log);
    await symlink(path.join(full, 'log'), log);
    const small = await smallDisk(full);
    await writeFile(path.join(full, 'log'), '');
    await writeFile(path.join(full, 'filler'), Buffer.alloc(4e6)).catch(() => undefined);
    try {
      await gate().breakProgram("throw new RangeError('a defect')");
      await gate().refused(await gate().push(), 'git.unable');
      assert.equal(await gate().failures(), '');
    } finally {
      await small.remove();
    }
    await gate().recovers();
  });
});

/** A file system of 2 MiB in the place of a folder, with what was in it. */
async function smallDisk(folder: string): Promise<{ remove(): Promise<void> }> {
  const aside = path.join(folder, '../../aside');
  await rename(folder, aside);
  await mkdir(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  await cp(aside, folder, { recursive: true });
  return {
    remove: async () => {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
      await rename(aside, folder);
    },
  };
}
