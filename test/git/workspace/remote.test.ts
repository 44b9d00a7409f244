import { strict as assert } from 'node:assert';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import { parseAddress } from '../../../core/git/workspace/remote.ts';
import { gitSandbox } from '../../kit/git.ts';

describe('the address of a repository', () => {
  for (const [text, url, token] of [
    ['https://tuf.example/repository.git', 'https://tuf.example/repository.git', undefined],
    [
      'https://alice:tog%2Fx@tuf.example/repository.git/',
      'https://tuf.example/repository.git',
      'tog/x',
    ],
    ['http://tog_x@127.0.0.1:8081/r.git', 'http://127.0.0.1:8081/r.git', 'tog_x'],
    ['alice@tuf.example:r.git', 'alice@tuf.example:r.git', undefined],
    ['ssh://alice@tuf.example/r.git', 'ssh://alice@tuf.example/r.git', undefined],
    ['file:///srv/r.git', 'file:///srv/r.git', undefined],
    ['../r.git', resolve('../r.git'), undefined],
    ['--upload-pack=evil', resolve('--upload-pack=evil'), undefined],
  ] as const) {
    it(`"${text}" is kept as "${url}"`, () => {
      assert.deepEqual(parseAddress(text), { url, token });
    });
  }

  for (const text of ['', 'http://', 'https://a:%zz@b/']) {
    it(`is not "${text}"`, () => {
      assert.throws(() => parseAddress(text), { code: 'usage.argument' });
    });
  }

  it('starts no program of its own choice', async () => {
    const sandbox = await gitSandbox();
    try {
      const trace = join(sandbox.dir, 'trace');
      for (const url of [`ext::touch ${trace}`, `--upload-pack=touch ${trace}:x`]) {
        const dir = join(sandbox.dir, 'clone');
        await assert.rejects(cloneWorkspace({ url, dir }), { code: 'repository.unreachable' });
      }
      await assert.rejects(access(trace), { code: 'ENOENT' });
    } finally {
      await sandbox.remove();
    }
  });
});
