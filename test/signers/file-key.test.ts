import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { verifySignature, type SigningScheme } from '../../core/metadata/keys.ts';
import { createFileKey, openFileKey, readFileKey } from '../../core/signers/file-key.ts';
import { generateKey, openSigner, showKey } from '../../core/signers/open-signer.ts';
import { rejectsWithFault, throwsFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';

const schemes: readonly SigningScheme[] = ['ed25519', 'ecdsa-sha2-nistp256', 'rsassa-pss-sha256'];
/** The cheapest that is accepted: these tests are about the envelope, not about scrypt. */
const cost = { n: 2 ** 14, r: 8, p: 1 };
const message = Buffer.from('{"a":1}');
const passphrase = () => Promise.resolve('correct horse');
const wrong = () => Promise.resolve('correct Horse');
const never = () => Promise.reject(new TypeError('no secret is needed here'));

describe('a key file', () => {
  const folder = freshFolders();
  const file = () => path.join(folder(), 'keys', 'alice.json');
  const read = (name = file()) => JSON.parse(readFileSync(name, 'utf8')) as KeyFileJson;
  const write = (contents: unknown) => {
    writeFileSync(file(), JSON.stringify(contents), { mode: 0o600 });
  };

  for (const scheme of schemes) {
    it(`signs with ${scheme}`, async () => {
      const made = await createFileKey(file(), scheme, passphrase, { cost, owner: '@alice' });
      const signer = await openFileKey(file(), passphrase);
      const signature = await signer.sign(message);
      assert.equal(signer.key.keyid, made.keyid);
      assert.ok(verifySignature(made, message, signature));
      assert.ok(!verifySignature(made, Buffer.from('other'), signature));
    });
  }

  it('is encrypted at full cost when a URI makes it', async () => {
    const pinSource = path.join(folder(), 'passphrase');
    writeFileSync(pinSource, 'correct horse\n', { mode: 0o600 });
    const uri = `file:keys/alice.json?pin-source=file:passphrase`;
    const made = await generateKey(uri, 'ed25519', { folder: folder(), owner: '@alice' });
    const { kdf, n, r, p, cipher } = read().encryption;
    assert.deepEqual(
      { kdf, n, r, p, cipher },
      { kdf: 'scrypt', n: 2 ** 17, r: 8, p: 1, cipher: 'aes-256-gcm' },
    );
    const shown = await showKey('file:keys/alice.json', { folder: folder() });
    assert.equal(shown.json['x-tuf-on-ci-keyowner'], '@alice');
    const signer = await openSigner(uri, { folder: folder() });
    assert.equal(signer.key.keyid, made.keyid);
    assert.ok(verifySignature(made, message, await signer.sign(message)));
  });

  it('shows its public key without the passphrase', async () => {
    const made = await createFileKey(file(), 'ed25519', passphrase, { cost });
    assert.equal(readFileKey(file()).keyid, made.keyid);
  });

  it('does not hold the private key in clear', async () => {
    await createFileKey(file(), 'ed25519', passphrase, { cost });
    const { ciphertext } = read();
    assert.doesNotMatch(
      Buffer.from(ciphertext, 'base64').toString('hex'),
      /302e020100300506032b6570/,
    );
    assert.doesNotMatch(readFileSync(file(), 'utf8'), /correct horse/);
  });

  it('has another salt and nonce each time', async () => {
    await createFileKey(file(), 'ed25519', passphrase, { cost });
    const other = path.join(folder(), 'bob.json');
    await createFileKey(other, 'ed25519', passphrase, { cost });
    assert.notEqual(read().encryption.salt, read(other).encryption.salt);
    assert.notEqual(read().encryption.nonce, read(other).encryption.nonce);
  });

  it('opens with the same passphrase in another normal form', async () => {
    await createFileKey(file(), 'ed25519', () => Promise.resolve('caf\u00e9'), { cost });
    await openFileKey(file(), () => Promise.resolve('cafe\u0301'));
  });

  it('is for its owner alone, in a folder for its owner alone', async () => {
    await createFileKey(file(), 'ed25519', passphrase, { cost });
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file())).mode & 0o777, 0o700);
  });

  it('is never written over another file', async () => {
    await createFileKey(file(), 'ed25519', passphrase, { cost });
    const before = readFileSync(file());
    await rejectsWithFault(
      'signer.key-exists',
      createFileKey(file(), 'ed25519', passphrase, { cost }),
    );
    assert.deepEqual(readFileSync(file()), before);
  });

  it('is not written when there is no passphrase', async () => {
    await rejectsWithFault('signer.pin-source', generateKey(`file:${file()}`, 'ed25519'));
    assert.ok(!existsSync(file()));
  });

  it('is refused with a wrong passphrase', async () => {
    await createFileKey(file(), 'ed25519', passphrase, { cost });
    await rejectsWithFault('signer.passphrase', openFileKey(file(), wrong));
  });

  for (const mode of [0o640, 0o604, 0o660, 0o622]) {
    it(`is refused with mode ${mode.toString(8)}, even to show its public key`, async () => {
      await createFileKey(file(), 'ed25519', passphrase, { cost });
      chmodSync(file(), mode);
      await rejectsWithFault('signer.key-file', openFileKey(file(), never));
      throwsFault('signer.key-file', () => readFileKey(file()));
    });
  }

  it('is refused when it is missing, a folder, or something else', async () => {
    await rejectsWithFault('signer.key-not-found', openFileKey(file(), never));
    mkdirSync(file(), { recursive: true, mode: 0o700 });
    await rejectsWithFault('signer.key-file', openFileKey(file(), never));
    const other = path.join(folder(), 'other');
    for (const text of ['', 'hello', '{}', 'null', '[]', '"a"'.repeat(50_000)]) {
      writeFileSync(other, text, { mode: 0o600 });
      await rejectsWithFault('signer.key-file', openFileKey(other, never));
    }
  });

  it('is in clear when that is asked for by its name, and then wants no passphrase', async () => {
    const made = await createFileKey(file(), 'ed25519', never, { unsafePlaintext: true });
    const signer = await openFileKey(file(), never);
    assert.ok(verifySignature(made, message, await signer.sign(message)));
    assert.equal(statSync(file()).mode & 0o777, 0o600);
  });

  it('is refused in clear when its two halves are not of one key', async () => {
    await createFileKey(file(), 'ed25519', never, { unsafePlaintext: true });
    const other = path.join(folder(), 'bob.json');
    const made = await createFileKey(other, 'ed25519', never, { unsafePlaintext: true });
    write({ ...read(), key: made.json });
    await rejectsWithFault('signer.key-file', openFileKey(file(), never));
  });

  it('does not sign once it is closed', async () => {
    await createFileKey(file(), 'ed25519', never, { unsafePlaintext: true });
    const signer = await openFileKey(file(), never);
    await signer.close();
    await rejectsWithFault('signer.unavailable', signer.sign(message));
  });

  it('is refused for an RSA key of a size that clients refuse', async () => {
    for (const rsaBits of [1024, 2047, 16_384, 3072.5]) {
      await rejectsWithFault(
        'signer.unsupported',
        createFileKey(file(), 'rsassa-pss-sha256', never, { unsafePlaintext: true, rsaBits }),
      );
    }
    assert.ok(!existsSync(file()));
  });

  describe('somebody changed', () => {
    const other = Buffer.alloc(32, 7);
    const tampered: Record<string, (contents: KeyFileJson) => unknown> = {
      'the ciphertext': (c) => ({ ...c, ciphertext: flipped(c.ciphertext, 0) }),
      'the tag': (c) => ({ ...c, ciphertext: flipped(c.ciphertext, -1) }),
      'the salt': (c) => withEncryption(c, { salt: other.toString('base64') }),
      'the nonce': (c) => withEncryption(c, { nonce: other.subarray(0, 12).toString('base64') }),
      'n, to another that is allowed': (c) => withEncryption(c, { n: 2 ** 15 }),
      'r, to another that is allowed': (c) => withEncryption(c, { r: 9 }),
      'p, to another that is allowed': (c) => withEncryption(c, { p: 2 }),
      'the owner': (c) => ({ ...c, key: { ...c.key, 'x-tuf-on-ci-keyowner': '@stranger' } }),
      'the public key': (c) => ({
        ...c,
        key: { ...c.key, keyval: { public: '0'.repeat(62) + '09' } },
      }),
    };
    for (const [what, change] of Object.entries(tampered)) {
      it(`${what}: refused as a wrong passphrase is`, async () => {
        await createFileKey(file(), 'ed25519', passphrase, { cost, owner: '@alice' });
        write(change(read()));
        await rejectsWithFault('signer.passphrase', openFileKey(file(), passphrase));
      });
    }

    const misshapen: Record<string, (contents: KeyFileJson) => unknown> = {
      'the format': (c) => ({ ...c, format: 'tuf-on-git-key/2' }),
      'the name of the kdf': (c) => withEncryption(c, { kdf: 'none' }),
      'the name of the cipher': (c) => withEncryption(c, { cipher: 'aes-256-ctr' }),
      'n, to swallow all memory': (c) => withEncryption(c, { n: 2 ** 30 }),
      'n and r, to swallow all memory': (c) => withEncryption(c, { n: 2 ** 20, r: 32 }),
      'n, to make guessing cheap': (c) => withEncryption(c, { n: 2 }),
      'n, to what is no power of two': (c) => withEncryption(c, { n: 2 ** 17 + 1 }),
      'n, to a negative number': (c) => withEncryption(c, { n: -131072 }),
      'r, to nothing': (c) => withEncryption(c, { r: 0 }),
      'p, to run for ever': (c) => withEncryption(c, { p: 2 ** 20 }),
      'the length of the nonce': (c) => withEncryption(c, { nonce: 'AAAA' }),
      'the length of the salt': (c) => withEncryption(c, { salt: 'AAAA' }),
      'the header, by one more field': (c) => ({ ...c, comment: 'hello' }),
      'the encryption, by one more field': (c) => withEncryption(c, { pepper: 'hello' }),
      'the key, by a field of no known use': (c) => ({ ...c, key: { ...c.key, comment: 'hello' } }),
      'the encryption, to none at all': ({ format, key, ciphertext }) => ({
        format,
        key,
        ciphertext,
      }),
    };
    for (const [what, change] of Object.entries(misshapen)) {
      it(`${what}: refused before the passphrase is asked for, or put to use`, async () => {
        await createFileKey(file(), 'ed25519', passphrase, { cost });
        write(change(read()));
        await rejectsWithFault('signer.key-file', openFileKey(file(), passphrase));
      });
    }
  });
});

interface KeyFileJson {
  readonly format: string;
  readonly key: Record<string, unknown>;
  readonly encryption: Record<string, unknown>;
  readonly ciphertext: string;
}

function withEncryption(contents: KeyFileJson, changes: Record<string, unknown>): unknown {
  return { ...contents, encryption: { ...contents.encryption, ...changes } };
}

function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString('base64');
}
