import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyJson } from '../../core/metadata/keys.ts';
import { createFileKey } from '../../core/signers/file-key.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { createToken, softHsmAvailable } from '../kit/softhsm.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('keys that a workspace signs with', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  before(async () => {
    kit = await workspaces();
  });
  beforeEach(async () => {
    work = await kit.freshClone('admin');
  });
  after(() => kit.remove());

  it('are tried with one passphrase, and a wrong one leaves everything unsigned', async () => {
    const file = path.join(kit.dir, 'keys/encrypted.json');
    const cost = { n: 2 ** 14, r: 8, p: 1 };
    const secret = () => Promise.resolve('correct horse');
    const { json } = await createFileKey(file, 'ed25519', secret, { owner: '@carol', cost });
    await writeFile(path.join(kit.dir, 'keys/carol.pub'), JSON.stringify(json));
    const passphrase = path.join(kit.dir, 'passphrase');
    await writeFile(passphrase, 'battery staple\n', { mode: 0o600 });
    const carol = `file:${file}?pin-source=file:${passphrase}`;
    const keys = ['--key', kit.keyUri('admin'), '--key', carol];
    await addRole(work, path.join(kit.dir, 'keys/carol.pub'));
    const before = await metadata(work);
    await work.refused(1, 'signer.passphrase', 'sign', '--yes', ...keys);
    assert.deepEqual(await metadata(work), before);
    await writeFile(passphrase, 'correct horse\n');
    await work.ok('sign', '--yes', ...keys);
    assert.match(await work.ok('status'), /project: new, version 1, 1 of 1 signature$/m);
  });

  it('may live in a token, which knows no owner: the signature stands under metadata’s keyid', async function () {
    if (!softHsmAvailable()) this.skip();
    const token = createToken();
    try {
      token.use();
      const access = { pkcs11Module: token.module };
      const key = await generateKey(token.uri('carol'), 'ecdsa-sha2-nistp256', access);
      const file = path.join(kit.dir, 'keys/carol.pub');
      await writeFile(file, JSON.stringify(keyJson(key.object, 'ecdsa-sha2-nistp256', '@carol')));
      await addRole(work, file);
      await work.refused(4, 'workspace.waiting', 'sign', '--yes');
      const carol = ['--key', token.uri('carol'), '--pkcs11-module', token.module];
      const signed = await work.ok('sign', '--yes', ...carol);
      assert.match(signed, /project version 1: 1 of 1 signature/);
      assert.doesNotMatch(
        await readFile(path.join(work.dir, 'metadata/project.json'), 'utf8'),
        new RegExp(key.keyid),
      );
      await work.ok('push');
    } finally {
      token.dispose();
    }
  });

  it('are remembered by clone, wherever the next command runs', async () => {
    await addRole(work, kit.publicKey('alice'), 'another');
    const below = path.join(work.dir, 'metadata');
    const run = await kit.run(below, 'sign', '--yes');
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stdout, /targets version \d: 1 of 1 signature/);
  });

  it('are needed', async () => {
    const nobody = await kit.freshClone();
    await addRole(nobody, kit.publicKey('alice'), 'third');
    await nobody.refused(2, 'workspace.no-key', 'sign', '--yes');
    assert.equal((await kit.run(nobody.dir, 'sign', '--key')).status, 2);
  });
});

async function addRole(work: MaintainerWorkspace, key: string, name = 'project'): Promise<void> {
  await work.ok('role', 'add', name, '--key', key, '--paths', `${name}/*`);
}

async function metadata({ dir }: MaintainerWorkspace): Promise<readonly string[]> {
  const files = ['targets', 'project'].map((name) => path.join(dir, 'metadata', `${name}.json`));
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
