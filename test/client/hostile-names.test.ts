import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { placeTargets } from '../../cli/downloader/places.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { isSafeTargetPath } from '../../core/metadata/names.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault, throwsFault } from '../kit/faults.ts';

describe('targets whose names mean harm', () => {
  const scene = clientScene();
  const hostile: Readonly<Record<string, string>> = {
    'the folder above': '../evil',
    'the folder above, later': 'a/../../evil',
    'the folder above as artifact': 'p/p/1/..',
    'the folder itself': 'a/./b',
    'an absolute path': '/tmp/evil',
    'a path with an empty part': 'a//b',
    'a folder': 'a/',
    nothing: '',
    'a way up on Windows': '..\\evil',
    'a share on Windows': '\\\\server\\share',
    'a drive on Windows': 'C:\\evil',
    'an end before the end': 'a\0.txt',
    'a line feed': 'a\nb',
    'a terminal escape': 'a\u001b[2Jb',
    'a C1 control': 'a\u009bb',
    'half a character': 'a\ud800',
  };

  for (const [what, target] of Object.entries(hostile)) {
    it(`are refused, though signed: ${what}`, async () => {
      assert.equal(isSafeTargetPath(target), false);
      // Half a character has no UTF-8 form, so no metadata can list it.
      if (!target.includes('\ud800')) scene().repository.addTarget(target, 'evil');
      scene().repository.publish();
      await rejectsWithFault('path.form', scene().updater().getTargetInfo(target));
      const { targets } = await scene().updater().listTargets();
      assert.ok(!targets.some((info) => info.path === target));
    });
  }

  it('stay in the folder of targets, whatever a caller passes', async () => {
    const { repository, targetsDir, updater } = scene();
    repository.addTarget('a.txt', 'a');
    const info = await updater().getTargetInfo('a.txt');
    assert.ok(info);
    const forged = { ...info, path: '../../a.txt' as TargetInfo['path'] };
    await rejectsWithFault('download.status', updater().downloadTarget(forged));
    assert.deepEqual(await readdir(path.dirname(targetsDir)), ['metadata', 'targets']);
  });

  const placed = (names: readonly string[], platform: NodeJS.Platform, keepsPaths = false) =>
    placeTargets(
      names.map((name) => ({ path: name, length: 0 }) as unknown as TargetInfo),
      keepsPaths,
      platform,
    ).map(({ parts }) => parts.join('/'));

  it('are no devices, drives or streams where they come to lie on Windows', () => {
    const names = ['a/nul', 'C:x/y', 'a/b./c', 'dir/name.txt:hidden'];
    assert.deepEqual(placed(names, 'win32', true), [
      'a/%6Eul',
      'C%3Ax/y',
      'a/b%2E/c',
      'dir/name.txt%3Ahidden',
    ]);
    assert.deepEqual(placed(names, 'linux', true), names);
  });

  it('do not take the place of each other where the file system knows no case', () => {
    const twins = ['a/README', 'b/readme'];
    assert.deepEqual(placed(twins, 'linux'), ['README', 'readme']);
    for (const platform of ['win32', 'darwin'] as const) {
      throwsFault('usage.argument', () => placed(twins, platform));
    }
    throwsFault('usage.argument', () => placed(['e\u0301', 'x/\u00e9'], 'darwin'));
    throwsFault('usage.argument', () => placed(['a/b', 'A/b/c'], 'win32', true));
  });
});
