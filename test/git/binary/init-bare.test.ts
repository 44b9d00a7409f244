import { strict as assert } from 'node:assert';
import { access, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitVersion } from '../../../core/git/binary/git-command.ts';
import { configureBareRepository, initBareRepository } from '../../../core/git/binary/init-bare.ts';
import { findLeftovers, pruneLeftovers } from '../../../core/git/binary/leftovers.ts';
import { gitSandbox, type Clone, type GitSandbox } from '../../kit/git.ts';

describe('a bare repository as it is made', () => {
  let sandbox: GitSandbox;

  beforeEach(async () => {
    sandbox = await gitSandbox();
  });

  afterEach(() => sandbox.remove());

  async function cloneWithOneCommit(): Promise<Clone> {
    const clone = await sandbox.clone();
    await clone.write('file', 'one');
    await clone.commit('one');
    await clone.ok('push', '--quiet', 'origin', 'HEAD:main');
    return clone;
  }

  it('has the branch main, SHA-1, and hooks where they were asked for', async () => {
    const dir = join(sandbox.dir, 'made.git');
    const hooksPath = join(sandbox.dir, 'hooks of "alice" #1; \\');
    await initBareRepository(dir, { hooksPath });
    const get = (...args: string[]): Promise<string> => sandbox.ok(args, { cwd: dir });
    assert.equal(await get('symbolic-ref', 'HEAD'), 'refs/heads/main');
    assert.equal(await get('rev-parse', '--show-object-format'), 'sha1');
    assert.equal(await get('config', 'core.hooksPath'), hooksPath);
    await assert.rejects(access(join(dir, 'hooks')), { code: 'ENOENT' });
  });

  it('is not made over something else', async () => {
    const config = join(sandbox.bare, 'config');
    const before = await readFile(config, 'utf8');
    await assert.rejects(initBareRepository(sandbox.bare), { code: 'repository.refused' });
    assert.equal(await readFile(config, 'utf8'), before);
  });

  it('is configured anew without losing what else is configured', async () => {
    await sandbox.ok(['config', 'remote.mirror.url', 'elsewhere']);
    await sandbox.ok(['config', 'receive.denyDeletes', 'false']);
    await configureBareRepository(sandbox.bare);
    assert.equal(await sandbox.ok(['config', 'remote.mirror.url']), 'elsewhere');
    assert.equal(await sandbox.ok(['config', '--get-all', 'receive.denyDeletes']), 'true');
  });

  it('refuses force-pushes and deletions even without a hook', async () => {
    const clone = await cloneWithOneCommit();
    await clone.ok('commit', '--quiet', '--amend', '-m', 'other');
    assert.notEqual((await clone.git('push', '--force', 'origin', 'HEAD:main')).status, 0);
    await clone.ok('push', '--quiet', 'origin', 'origin/main:refs/heads/sign/one');
    assert.notEqual((await clone.git('push', 'origin', ':sign/one')).status, 0);
  });

  it('refuses a push over the size that was set', async () => {
    await configureBareRepository(sandbox.bare, { maxPushBytes: 10_000 });
    const clone = await sandbox.clone();
    await clone.write('random', Buffer.from(crypto.getRandomValues(new Uint8Array(20_000))));
    await clone.commit('large');
    assert.notEqual((await clone.git('push', 'origin', 'HEAD:main')).status, 0);
  });

  it('hides the record of the daemon from pushes but not from fetches', async () => {
    const clone = await cloneWithOneCommit();
    await sandbox.ok(['update-ref', 'refs/tuf/published', 'refs/heads/main']);
    const push = await clone.git('push', 'origin', 'HEAD:refs/tuf/published');
    assert.notEqual(push.status, 0);
    await clone.ok('fetch', '--quiet', 'origin', 'refs/tuf/published:refs/tuf/published');
    assert.equal(
      await clone.ok('rev-parse', 'refs/tuf/published'),
      await clone.ok('rev-parse', 'HEAD'),
    );
  });

  it('is served by a git that tells its version', async () => {
    assert.match(await gitVersion(), /^\d+\.\d+/);
  });

  describe('what a killed push leaves behind', () => {
    const hour = 3_600_000;
    const old = new Date('2026-01-01T00:00:00Z');
    const now = new Date('2026-01-01T02:00:00Z');
    let quarantine: string;
    let lock: string;

    beforeEach(async () => {
      quarantine = join(sandbox.bare, 'objects', 'tmp_objdir-incoming-AbCdEf');
      lock = join(sandbox.bare, 'refs', 'heads', 'main.lock');
      await mkdir(join(quarantine, 'pack'), { recursive: true });
      await writeFile(join(quarantine, 'pack', 'tmp_pack_1'), 'half a pack');
      await writeFile(lock, '');
      for (const path of [
        join(quarantine, 'pack', 'tmp_pack_1'),
        join(quarantine, 'pack'),
        quarantine,
        lock,
      ]) {
        await utimes(path, old, old);
      }
    });

    it('is found once it is old enough', async () => {
      assert.deepEqual(await findLeftovers(sandbox.bare, { now, olderThanMs: 3 * hour }), []);
      assert.deepEqual(await findLeftovers(sandbox.bare, { now, olderThanMs: hour }), [
        { path: quarantine, kind: 'quarantine', since: old },
        { path: lock, kind: 'lock', since: old },
      ]);
    });

    it('is left alone while anything in it is still being written', async () => {
      await utimes(join(quarantine, 'pack', 'tmp_pack_1'), now, now);
      await utimes(lock, now, now);
      assert.deepEqual(await pruneLeftovers(sandbox.bare, { now, olderThanMs: hour }), []);
      await access(quarantine);
      await access(lock);
    });

    it('is removed, and pushes go on', async () => {
      const removed = await pruneLeftovers(sandbox.bare, { now, olderThanMs: hour });
      assert.equal(removed.length, 2);
      await assert.rejects(access(quarantine), { code: 'ENOENT' });
      await cloneWithOneCommit();
    });
  });
});
