import assert from 'node:assert/strict';
import { type KeyObject } from 'node:crypto';
import { curves, ed25519Key, p256Key, rsaKey } from '../../../core/signers/pkcs11/public-key.ts';
import { throwsFault } from '../../kit/faults.ts';
import { ecPair, ed25519Pair, rsaPair } from '../../kit/key-pair.ts';

describe('the public key that a token shows', () => {
  const octets = (bytes: Buffer) => Buffer.concat([Buffer.of(4, bytes.length), bytes]);

  it('is a P-256 point, wrapped or bare', () => {
    const { publicKey } = ecPair('P-256');
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    for (const form of [point, octets(point)]) {
      assert.ok(p256Key(curves.p256, form, 'key').object.equals(publicKey));
    }
  });

  it('is an Ed25519 point, wrapped or bare, on a curve by OID or by name', () => {
    const { publicKey } = ed25519Pair();
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    for (const params of [curves.ed25519, curves.ed25519ByName]) {
      for (const form of [point, octets(point)]) {
        assert.ok(ed25519Key(params, form, 'key').object.equals(publicKey));
      }
    }
  });

  it('is an RSA modulus, with or without leading zeros', () => {
    const { publicKey } = rsaPair(2048);
    const { n, e } = rsaNumbers(publicKey);
    for (const zeros of [0, 1, 4]) {
      const padded = (bytes: Buffer) => Buffer.concat([Buffer.alloc(zeros), bytes]);
      assert.ok(rsaKey(padded(n), padded(e), 'key')?.object.equals(publicKey));
    }
  });

  it('is not there when the object does not hold it', () => {
    assert.equal(rsaKey(undefined, Buffer.of(1, 0, 1), 'key'), undefined);
  });

  it('is refused on another curve, compressed, off the curve, or cut short', () => {
    const { publicKey } = ecPair('P-256');
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    const p384 = Buffer.from('06052b81040022', 'hex');
    const off = Buffer.from(point);
    off[64] = (off[64] ?? 0) ^ 1;
    const compressed = Buffer.concat([Buffer.of(2), point.subarray(1, 33)]);
    throwsFault('signer.unsupported', () => p256Key(p384, point, 'key'));
    for (const bad of [
      off,
      octets(off),
      compressed,
      octets(compressed),
      point.subarray(1),
      Buffer.alloc(65),
    ]) {
      throwsFault('signer.unsupported', () => p256Key(curves.p256, bad, 'key'));
    }
    throwsFault('signer.unsupported', () => ed25519Key(curves.p256, Buffer.alloc(32, 9), 'key'));
    throwsFault('signer.unsupported', () => ed25519Key(curves.ed25519, Buffer.alloc(31), 'key'));
  });

  it('is refused when RSA is shorter than clients accept', () => {
    const { n, e } = rsaNumbers(rsaPair(1024).publicKey);
    throwsFault('signer.unsupported', () => rsaKey(n, e, 'key'));
  });
});

function rsaNumbers(key: KeyObject): { n: Buffer; e: Buffer } {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  return { n: Buffer.from(n, 'base64url'), e: Buffer.from(e, 'base64url') };
}
