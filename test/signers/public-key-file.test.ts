import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publicKeyOf } from '../../core/metadata/keys.ts';
import { createFileKey } from '../../core/signers/file-key.ts';
import { readPublicKey, writePublicKey } from '../../core/signers/public-key-file.ts';
import { rejectsWithFault, throwsFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';
import { ecPair, ed25519Pair, rsaPair } from '../kit/key-pair.ts';

describe('a public key file', () => {
  const folder = freshFolders();
  const at = (name: string, text: string) => {
    const file = path.join(folder(), name);
    writeFileSync(file, text);
    return file;
  };

  it('comes back as it was written, owner included', async () => {
    const file = path.join(folder(), 'alice.pub');
    const key = publicKeyOf(ed25519Pair().publicKey, 'ed25519', '@alice');
    writePublicKey(file, key);
    assert.deepEqual((await readPublicKey(file)).json, key.json);
    throwsFault('signer.key-exists', () => {
      writePublicKey(file, key);
    });
  });

  it('may be a PEM of any kind that is signed with', async () => {
    const keys = {
      ed25519: ed25519Pair(),
      'ecdsa-sha2-nistp256': ecPair('P-256'),
      'rsassa-pss-sha256': rsaPair(2048),
    };
    for (const [scheme, { publicKey }] of Object.entries(keys)) {
      const file = at(scheme, publicKey.export({ format: 'pem', type: 'spki' }).toString());
      const key = await readPublicKey(file);
      assert.equal(key.scheme, scheme);
      assert.ok(key.object.equals(publicKey));
    }
  });

  it('may be an encrypted key file, of which the public half is taken', async () => {
    const file = path.join(folder(), 'alice.json');
    const cost = { n: 2 ** 14, r: 8, p: 1 };
    const made = await createFileKey(file, 'ed25519', () => Promise.resolve('x'), { cost });
    assert.equal((await readPublicKey(file)).keyid, made.keyid);
    assert.match(readFileSync(file, 'utf8'), /ciphertext/);
  });

  it('is refused when it is something else', async () => {
    const { publicKey, privateKey } = ecPair('P-384');
    const wrong = {
      nothing: '',
      text: 'hello',
      'other JSON': '{"keyid": "a"}',
      'a private key': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'a broken PEM': '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
      'a field of no known use': '{"keytype":"a","scheme":"b","keyval":{"public":""},"c":"d"}',
      'a value that is no key': '{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"00"}}',
    };
    for (const [name, text] of Object.entries(wrong)) {
      await rejectsWithFault('key.form', readPublicKey(at(name, text)));
    }
    const p384 = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    await rejectsWithFault('key.unsupported', readPublicKey(at('p384', p384)));
    await rejectsWithFault('signer.key-not-found', readPublicKey(path.join(folder(), 'none')));
  });
});
