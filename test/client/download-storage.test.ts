import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Updater } from '../../client/updater.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';

/** Skipped, by name, where this account may not mount anything. */
const whereMounting = spawnSync('unshare', ['--mount', 'true']).status === 0 ? it : it.skip;

describe('a download that cannot be stored', () => {
  const scene = clientScene();
  const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251));
  let updater: Updater;
  let info: TargetInfo;

  beforeEach(async () => {
    const { repository, targetsDir } = scene();
    repository.addTarget('bin', content);
    repository.publish();
    updater = scene().updater();
    const found = await updater.getTargetInfo('bin');
    assert.ok(found);
    info = found;
    await mkdir(targetsDir);
  });

  const inFolder = (name: string) => path.join(scene().targetsDir, name);
  /** Nothing is asked for what has no place. */
  const refusedAtOnce = async (file: string) => {
    const asked = await scene().requestsOf(() =>
      rejectsWithFault('client.storage', updater.downloadTarget(info, file)),
    );
    assert.deepEqual(asked, []);
  };

  it('is refused at once where a folder stands', async () => {
    await mkdir(inFolder('bin'));
    await refusedAtOnce(inFolder('bin'));
    assert.deepEqual(await readdir(scene().targetsDir), ['bin']);
  });

  it('is refused at once where the name is too long', async () => {
    await refusedAtOnce(inFolder('x'.repeat(256)));
    assert.deepEqual(await readdir(scene().targetsDir), []);
  });

  it('has room for the longest name that there is', async () => {
    const file = inFolder('\u00fc'.repeat(127));
    await updater.downloadTarget(info, file);
    assert.deepEqual(await readFile(file), content);
  });

  it('is refused at once below a file', async () => {
    await writeFile(inFolder('file'), '');
    await refusedAtOnce(path.join(inFolder('file'), 'bin'));
  });

  whereMounting('is refused at once in a folder that cannot be written', async () => {
    const { targetsDir } = scene();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', targetsDir]);
    try {
      await refusedAtOnce(inFolder('bin'));
    } finally {
      execFileSync('umount', [targetsDir]);
    }
  });

  it('fails when its folder goes away meanwhile', async () => {
    const download = updater.downloadTarget(info, inFolder('bin'), {
      onProgress: () => {
        execFileSync('rm', ['-rf', scene().targetsDir]);
      },
    });
    await rejectsWithFault('client.storage', download);
    await assert.rejects(readdir(scene().targetsDir), { code: 'ENOENT' });
  });

  it('fails when a folder takes its place meanwhile, and is not fetched again for that', async () => {
    const download = updater.downloadTarget(info, inFolder('bin'), {
      onProgress: () => {
        execFileSync('mkdir', ['-p', inFolder('bin')]);
      },
    });
    const { hint } = await rejectsWithFault('client.storage', download);
    assert.match(hint ?? '', /kept/);
    await rm(inFolder('bin'), { recursive: true });
    const asked = await scene().requestsOf(() => updater.downloadTarget(info, inFolder('bin')));
    assert.deepEqual(asked, []);
    assert.deepEqual(await readdir(scene().targetsDir), ['bin']);
  });

  whereMounting('goes on when a full disk has room again', async () => {
    const { requestsOf, targetsDir } = scene();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', targetsDir]);
    try {
      const file = inFolder('bin');
      const { message } = await rejectsWithFault(
        'client.storage',
        updater.downloadTarget(info, file),
      );
      assert.match(message, /ENOSPC/);
      assert.ok((await readdir(targetsDir)).every((name) => /^\..*\.part$/.test(name)));
      execFileSync('mount', ['-o', 'remount,size=8m', targetsDir]);
      const [asked] = await requestsOf(() => updater.downloadTarget(info, file));
      assert.match(asked ?? '', / from \d{7}$/);
      assert.deepEqual(await readFile(file), content);
      assert.deepEqual(await readdir(targetsDir), ['bin']);
    } finally {
      execFileSync('umount', [targetsDir]);
    }
  });
});
