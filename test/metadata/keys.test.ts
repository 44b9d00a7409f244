import assert from 'node:assert/strict';
import { constants, sign } from 'node:crypto';
import {
  computeKeyId,
  keyOwner,
  parseKey,
  publicKeyOf,
  verifySignature,
} from '../../core/metadata/keys.ts';
import { throwsFault } from '../kit/faults.ts';
import { ecPair, ed25519Pair, rsaPair } from '../kit/key-pair.ts';

const message = Buffer.from('what is signed');
const ed25519 = ed25519Pair();
const p256 = ecPair('prime256v1');
const rsa = rsaPair(2048);

describe('keys', () => {
  it('verifies Ed25519, and no signature of another length', () => {
    const key = publicKeyOf(ed25519.publicKey, 'ed25519');
    const signature = sign(null, message, ed25519.privateKey);
    assert.ok(verifySignature(key, message, signature));
    assert.ok(!verifySignature(key, message, signature.subarray(1)));
    assert.ok(!verifySignature(key, Buffer.from('else'), signature));
  });

  it('verifies ECDSA over P-256 in DER', () => {
    const key = publicKeyOf(p256.publicKey, 'ecdsa-sha2-nistp256');
    assert.equal(key.json.keytype, 'ecdsa');
    assert.ok(verifySignature(key, message, sign('sha256', message, p256.privateKey)));
    const raw = sign('sha256', message, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' });
    assert.ok(!verifySignature(key, message, raw));
  });

  it('verifies RSASSA-PSS and not PKCS #1 v1.5', () => {
    const key = publicKeyOf(rsa.publicKey, 'rsassa-pss-sha256');
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const pss = sign('sha256', message, { key: rsa.privateKey, padding, saltLength: 32 });
    assert.ok(verifySignature(key, message, pss));
    assert.ok(!verifySignature(key, message, sign('sha256', message, rsa.privateKey)));
  });

  it('knows old key types and other curves', () => {
    const p384 = ecPair('secp384r1');
    const value = p384.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const scheme = 'ecdsa-sha2-nistp384';
    const key = parseKey({ keytype: scheme, scheme, keyval: { public: value } });
    assert.ok(verifySignature(key, message, sign('sha384', message, p384.privateKey)));
  });

  it('counts extra fields into the keyid, and not into the fingerprint', () => {
    const plain = publicKeyOf(ed25519.publicKey, 'ed25519');
    const named = publicKeyOf(ed25519.publicKey, 'ed25519', '@alice');
    assert.notEqual(plain.keyid, named.keyid);
    assert.equal(plain.fingerprint, named.fingerprint);
    assert.equal(named.keyid, computeKeyId(named.json));
    assert.equal(keyOwner(named.json), '@alice');
  });

  it('refuses an unknown scheme and a type that does not fit', () => {
    const { json } = publicKeyOf(ed25519.publicKey, 'ed25519');
    throwsFault('key.unsupported', () => parseKey({ ...json, scheme: 'constructor' }));
    throwsFault('key.unsupported', () => parseKey({ ...json, keytype: 'rsa' }));
  });

  it('refuses a value that is no key of its scheme', () => {
    const { json } = publicKeyOf(ed25519.publicKey, 'ed25519');
    const other = publicKeyOf(rsa.publicKey, 'rsassa-pss-sha256').json.keyval;
    throwsFault('key.form', () => parseKey({ ...json, keyval: other }));
    throwsFault('key.form', () => parseKey({ ...json, keyval: { public: 'not hex' } }));
  });
});
