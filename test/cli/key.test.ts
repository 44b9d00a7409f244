import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseKey, type KeyJson } from '../../core/metadata/keys.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { opensslKey } from '../kit/openssl.ts';
import { createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';

interface ShownKey {
  readonly keyid: string;
  readonly fingerprint: string;
  readonly key: KeyJson;
}

describe('tuf-on-git key', () => {
  let sandbox: CliSandbox;
  const inSandbox = (name: string) => path.join(sandbox.dir, name);
  const show = async (name: string, more: readonly string[] = []) =>
    JSON.parse(await sandbox.ok(['key', 'show', name, '--json', ...more])) as ShownKey;

  beforeEach(async () => {
    sandbox = await cliSandbox();
    await writeFile(inSandbox('passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
  });
  afterEach(() => sandbox.remove());

  const generate = (...more: string[]) =>
    sandbox.run(['key', 'generate', 'file:alice.json', ...more]);

  it('generate makes an encrypted file key, and its public half beside it', async () => {
    const run = await generate('--passphrase-file', 'passphrase', '--owner', '@alice');
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout, `${inSandbox('alice.pub')}\n`);
    assert.equal((await stat(inSandbox('alice.json'))).mode & 0o777, 0o600);
    const json = JSON.parse(await readFile(inSandbox('alice.pub'), 'utf8')) as KeyJson;
    assert.equal(json['x-tuf-on-ci-keyowner'], '@alice');
    assert.equal(json.scheme, 'ed25519');
    const shown = await show('alice.pub');
    assert.deepEqual(shown, await show('file:alice.json'));
    assert.equal(shown.keyid, parseKey(json).keyid);
  });

  it('generate makes the type that is asked for', async () => {
    for (const [type, scheme] of [
      ['ecdsa', 'ecdsa-sha2-nistp256'],
      ['rsa', 'rsassa-pss-sha256'],
    ] as const) {
      const options = ['--type', type, '--unsafe-plaintext', '--json'];
      const made = await sandbox.ok(['key', 'generate', `file:${type}.json`, ...options]);
      assert.equal((JSON.parse(made) as ShownKey).key.scheme, scheme);
    }
  });

  it('generate keeps what is there', async () => {
    await generate('--unsafe-plaintext');
    await writeFile(inSandbox('bob.pub'), 'somebody else’s');
    const before = await sandbox.files();
    assertRefused(await generate('--unsafe-plaintext'), 2, 'signer.key-exists');
    const bob = await sandbox.run(['key', 'generate', 'file:bob.json', '--unsafe-plaintext']);
    assertRefused(bob, 2, 'signer.key-exists');
    assert.deepEqual(await sandbox.files(), before);
  });

  it('generate asks nobody where there is no terminal', async () => {
    const before = await sandbox.files();
    assertRefused(await generate(), 2, 'usage.no-terminal');
    assertRefused(await generate('--owner', 'alice'), 2, 'usage.argument');
    assert.deepEqual(await sandbox.files(), before);
  });

  it('show tells a person scheme, keyid, fingerprint and owner', async () => {
    await generate('--unsafe-plaintext', '--owner', '@alice');
    const { keyid, fingerprint } = await show('alice.pub');
    const said = await sandbox.ok(['key', 'show', 'alice.pub']);
    for (const text of ['ed25519', keyid, fingerprint, '@alice']) assert.ok(said.includes(text));
  });

  it('show gives a key that names nobody an owner, and so another keyid', async () => {
    const { publicKey } = opensslKey(sandbox.dir, 'made-elsewhere', 'ecdsa-sha2-nistp256');
    const nobodys = await show(publicKey);
    const text = await sandbox.ok(['key', 'show', publicKey, '--owner', '@carol']);
    await writeFile(path.join(sandbox.dir, 'carol.pub'), text);
    const carols = await show('carol.pub');
    assert.equal(carols.fingerprint, nobodys.fingerprint);
    assert.notEqual(carols.keyid, nobodys.keyid);
    assert.ok((await sandbox.ok(['key', 'show', 'carol.pub'])).includes('@carol'));
    const unnamed = await sandbox.run(['key', 'show', publicKey, '--owner', 'carol']);
    assertRefused(unnamed, 2, 'usage.argument');
  });

  describe('in a PKCS#11 token', () => {
    let token: TestToken | undefined;
    before(function () {
      if (!softHsmAvailable()) this.skip();
      token = createToken();
    });
    after(() => {
      token?.dispose();
    });

    for (const [type, scheme] of [
      ['ecdsa', 'ecdsa-sha2-nistp256'],
      ['ed25519', 'ed25519'],
      ['rsa', 'rsassa-pss-sha256'],
    ] as const) {
      it(`generate, show and list agree on ${scheme}`, async () => {
        assert.ok(token);
        const env = { ...token.env, TUF_ON_GIT_PKCS11_MODULE: token.module };
        const uri = token.uri(type);
        const printed = await sandbox.ok(
          ['key', 'generate', uri, '--owner', '@alice', '--type', type],
          { env },
        );
        const key = JSON.parse(printed) as KeyJson;
        assert.equal(key.scheme, scheme);
        assert.equal(key['x-tuf-on-ci-keyowner'], '@alice');
        const shown = await sandbox.ok(['key', 'show', uri, '--json'], { env });
        const { keyid, fingerprint, key: bare } = JSON.parse(shown) as ShownKey;
        assert.equal(fingerprint, parseKey(key).fingerprint);
        assert.deepEqual(bare.keyval, key.keyval);
        const listed = JSON.parse(
          await sandbox.ok(['key', 'list', '--json'], { env }),
        ) as ShownKey[];
        assert.ok(listed.some((each) => each.keyid === keyid && each.fingerprint === fingerprint));
      });
    }
  });
});
