import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { openHome } from '../../core/home/home.ts';
import { writeJsonFile } from '../../core/home/json-file.ts';
import { homePaths } from '../../core/home/layout.ts';
import { upgradeHome, type UpgradeStep } from '../../core/home/upgrade.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

describe('the upgrade of a HOME', () => {
  const folder = temporaryFolder();
  const config = async () =>
    JSON.parse(await readFile(homePaths(folder.path).config, 'utf8')) as Record<string, unknown>;
  const write = (value: object) => writeJsonFile(homePaths(folder.path).config, value);

  /** As a version might that renames a setting. */
  const renames: UpgradeStep = async (paths) => {
    const { reconcileSeconds, ...rest } = await config();
    await writeJsonFile(paths.config, { ...rest, reconcileIntervalSeconds: reconcileSeconds });
  };

  it('takes each step once, and keeps the number of each', async () => {
    await write({ format: 0, reconcileSeconds: 7 });
    const notes: UpgradeStep = ({ tokens }) => writeFile(tokens, '');
    const steps = new Map([
      [0, renames],
      [1, notes],
    ]);
    assert.equal(await upgradeHome(folder.path, new Map([[0, renames]]), 1), 0);
    assert.equal((await openHome(folder.path)).config.reconcileIntervalSeconds, 7);
    assert.equal(await upgradeHome(folder.path, steps, 2), 1);
    assert.deepEqual(await config(), { format: 2, reconcileIntervalSeconds: 7 });
    assert.equal(await upgradeHome(folder.path, steps, 2), 2);
  });

  it('goes on where it was cut off', async () => {
    await write({ format: 0, reconcileSeconds: 7 });
    const dies: UpgradeStep = () => Promise.reject(new RangeError('cut off'));
    const cutOff = new Map([
      [0, renames],
      [1, dies],
    ]);
    await assert.rejects(upgradeHome(folder.path, cutOff, 2), RangeError);
    assert.deepEqual(await config(), { format: 1, reconcileIntervalSeconds: 7 });
  });

  it('refuses a newer HOME, and one from which no step leads', async () => {
    await write({ format: 2 });
    await rejectsWithFault('home.format', upgradeHome(folder.path));
    await write({ format: 0 });
    await rejectsWithFault('home.format', upgradeHome(folder.path));
    assert.deepEqual(await config(), { format: 0 });
  });
});
