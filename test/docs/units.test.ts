import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../docs/install');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the systemd units', () => {
  for (const name of ['tuf-on-git.service', 'tuf-signer.service']) {
    it(`${name} is one that systemd takes without a word`, function () {
      if (!hasSystemd) this.skip();
      const args = ['verify', '--man=no', path.join(folder, name)];
      const { status, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    });
  }
});
