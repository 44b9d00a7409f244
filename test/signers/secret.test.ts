import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { secretFrom } from '../../core/signers/secret.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';

describe('a PIN or passphrase', () => {
  const folder = freshFolders();
  const file = (text: string, mode = 0o600) => {
    const name = path.join(folder(), 'pin');
    writeFileSync(name, text);
    chmodSync(name, mode);
    return { kind: 'file', path: name } as const;
  };

  it('is the one line of a private file', async () => {
    assert.equal(await secretFrom(file('12 34\n'), 'PIN', {})(), '12 34');
    assert.equal(await secretFrom(file('12 34\r\n'), 'PIN', {})(), '12 34');
    assert.equal(await secretFrom(file(' 1234 '), 'PIN', {})(), ' 1234 ');
  });

  it('is found relative to the folder that is named', async () => {
    file('1234');
    const secret = secretFrom({ kind: 'file', path: 'pin' }, 'PIN', { folder: folder() });
    assert.equal(await secret(), '1234');
  });

  it('is read through a link to a private file', async () => {
    symlinkSync(file('1234').path, path.join(folder(), 'link'));
    const source = { kind: 'file', path: path.join(folder(), 'link') } as const;
    assert.equal(await secretFrom(source, 'PIN', {})(), '1234');
  });

  for (const mode of [0o640, 0o604, 0o620, 0o601, 0o660, 0o644]) {
    it(`is refused in a file of mode ${mode.toString(8)}`, async () => {
      await rejectsWithFault('signer.pin-source', secretFrom(file('1234', mode), 'PIN', {})());
    });
  }

  for (const [what, text] of Object.entries({
    'an empty file': '',
    'an empty line': '\n',
    'a file of two lines': '1234\n5678\n',
    'a file with a NUL': '12\u000034',
    'a file that is too long': '1'.repeat(5000),
  })) {
    it(`is refused in ${what}`, async () => {
      await rejectsWithFault('signer.pin-source', secretFrom(file(text), 'PIN', {})());
    });
  }

  it('is refused where there is a folder, nothing, or a pipe nobody writes to', async () => {
    mkdirSync(path.join(folder(), 'folder'), { mode: 0o700 });
    execFileSync('mkfifo', ['-m', '600', path.join(folder(), 'pipe')]);
    for (const name of ['folder', 'nothing', 'pipe', 'pipe/within']) {
      const source = { kind: 'file', path: path.join(folder(), name) } as const;
      await rejectsWithFault('signer.pin-source', secretFrom(source, 'PIN', {})());
    }
  });

  it('comes from a descriptor, from its start', async () => {
    const fd = openSync(file('1234\n').path, 'r');
    const source = { kind: 'fd', fd } as const;
    try {
      assert.equal(await secretFrom(source, 'PIN', {})(), '1234');
      assert.equal(await secretFrom(source, 'PIN', {})(), '1234');
    } finally {
      closeSync(fd);
    }
  });

  it('is refused from a descriptor that is not open', async () => {
    const source = { kind: 'fd', fd: 999 } as const;
    await rejectsWithFault('signer.pin-source', secretFrom(source, 'PIN', {})());
  });

  it('is asked of a person once, by name', async () => {
    const asked: string[] = [];
    const prompt = (what: string) => {
      asked.push(what);
      return Promise.resolve('1234');
    };
    const secret = secretFrom(undefined, 'PIN of token tuf', { prompt });
    assert.deepEqual([await secret(), await secret()], ['1234', '1234']);
    assert.deepEqual(asked, ['PIN of token tuf']);
  });

  it('is never asked of a person when a file is named, however bad the file', async () => {
    const prompt = () => assert.fail('asked');
    await rejectsWithFault('signer.pin-source', secretFrom(file(''), 'PIN', { prompt })());
  });

  it('is refused when there is nobody to ask, or the answer is empty', async () => {
    await rejectsWithFault('signer.pin-source', secretFrom(undefined, 'PIN', {})());
    const prompt = () => Promise.resolve('');
    await rejectsWithFault('signer.pin-source', secretFrom(undefined, 'PIN', { prompt })());
  });
});
