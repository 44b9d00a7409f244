import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { refusedStatus } from '../../hooks/statuses.ts';
import { freshFolders } from '../kit/folders.ts';

const bin = path.resolve(import.meta.dirname, '../../dist/bin');

describe('the gate’s compiled code', () => {
  const folder = freshFolders();

  it('is what this Node takes for the script beside it', () => {
    const filename = path.join(bin, 'gate.script.js');
    const cachedData = readFileSync(path.join(bin, 'gate.code'));
    const script = new Script(readFileSync(filename, 'utf8'), { filename, cachedData });
    assert.equal(script.cachedDataRejected, false);
  });

  it('is no more than a help: where it is damaged, the script is compiled', () => {
    for (const name of ['pre-receive.cjs', 'gate.script.js']) {
      cpSync(path.join(bin, name), path.join(folder(), name));
    }
    writeFileSync(path.join(folder(), 'gate.code'), 'damaged');
    const program = path.join(folder(), 'pre-receive.cjs');
    const { status, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, refusedStatus, stderr);
    assert.match(stderr, /no root is pinned/);
  });
});
