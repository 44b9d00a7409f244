import assert from 'node:assert/strict';
import { createSign, verify } from 'node:crypto';
import { ecdsaToDer, unwrapOctets } from '../../../core/signers/pkcs11/der.ts';
import { ecPair } from '../../kit/key-pair.ts';

describe('an ECDSA signature of a token', () => {
  const raw = (r: string, s: string) =>
    Buffer.from(r.padStart(64, '0') + s.padStart(64, '0'), 'hex');
  const der = (r: string, s: string) => ecdsaToDer(raw(r, s)).toString('hex');

  it('loses leading zeros', () => {
    assert.equal(der('01', '02'), '3006020101020102');
    assert.equal(der('7fff', '0100'), '300802027fff02020100');
  });

  it('gains a zero where the top bit is set', () => {
    assert.equal(der('80', 'ff'), '300802020080020200ff');
    assert.equal(der('8000', '7f'), '3008020300800002017f');
  });

  it('stays an integer when it is zero', () => {
    assert.equal(der('00', '01'), '3006020100020101');
  });

  it('holds two full numbers', () => {
    const full = 'ff'.repeat(32);
    assert.equal(der(full, full), `3046022100${full}022100${full}`);
  });

  it('is the DER that OpenSSL makes, a thousand times', () => {
    const { privateKey, publicKey } = ecPair('P-256');
    const lengths = new Set<number>();
    for (let n = 0; n < 1000; n += 1) {
      const message = Buffer.from(`message ${n}`);
      const bytes = createSign('sha256')
        .update(message)
        .sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
      const converted = ecdsaToDer(bytes);
      lengths.add(converted.length);
      assert.ok(verify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, converted));
    }
    assert.ok(lengths.size >= 3, 'long and short numbers both came up');
  });
});

describe('a point of a token', () => {
  it('is taken out of its OCTET STRING, and out of nothing else', () => {
    const point = Buffer.alloc(65, 4);
    const wrapped = Buffer.concat([Buffer.of(4, 65), point]);
    assert.deepEqual(unwrapOctets(wrapped, 65), point);
    assert.equal(unwrapOctets(point, 65), undefined);
    assert.equal(unwrapOctets(Buffer.concat([wrapped, Buffer.of(0)]), 65), undefined);
    assert.equal(unwrapOctets(Buffer.concat([Buffer.of(3, 65), point]), 65), undefined);
    assert.equal(unwrapOctets(Buffer.alloc(0), 65), undefined);
  });
});
