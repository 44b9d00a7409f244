import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { verifyEd25519 } from '../../../client/page/audit/node/ed25519.ts';
import { answered, answerTo } from '../../../client/page/audit/node/signatures.ts';
import { ed25519Pair } from '../../kit/key-pair.ts';

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const prime = Point.Fp.ORDER;

/** Of order 8: the points of small order are its multiples. */
const small = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const smallPoints = Array.from({ length: 8 }, (_, at) => small.multiplyUnsafe(BigInt(at)));
const messages = Array.from({ length: 8 }, (_, at) => Buffer.from(`message ${at}`));

const secret = 123_456_789n;
const nonce = 987_654_321n;
const point = Point.BASE.multiply(secret);

interface Signed {
  readonly key: Buffer;
  readonly data: Buffer;
  readonly signature: Buffer;
}

/** What the holder of the secret can make, whatever the points are. */
function crafted(
  key: Uint8Array,
  r: Uint8Array,
  data: Buffer,
  ofKey = secret,
  ofR = nonce,
): Signed {
  const h = fromLittle(sha512(Buffer.concat([r, key, data]))) % order;
  const s = (ofR + h * ofKey) % order;
  return { key: Buffer.from(key), data, signature: Buffer.concat([r, toLittle(s)]) };
}

const plainR = Point.BASE.multiply(nonce).toBytes();
const everywhere = (make: (data: Buffer) => readonly Signed[]) => messages.flatMap(make);

describe('Ed25519 where the browser lacks it', () => {
  it('takes what Node signs, and nothing of it that was changed', () => {
    const { publicKey, privateKey } = ed25519Pair();
    const key = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    for (const data of messages) {
      const signature = sign(null, data, privateKey);
      assert.ok(verifyEd25519(key, data, signature));
      for (const at of [0, 31, 32, 63]) {
        const changed = Buffer.from(signature);
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
        assert.equal(agreed({ key, data, signature: changed }), false);
      }
      assert.ok(!verifyEd25519(key, data, signature.subarray(0, 63)));
      assert.ok(!verifyEd25519(key, data, Buffer.concat([signature, Buffer.alloc(1)])));
    }
  });

  const vectors: Readonly<Record<string, () => readonly Signed[]>> = {
    'R of mixed order': () =>
      everywhere((data) =>
        smallPoints
          .slice(1)
          .map((each) =>
            crafted(point.toBytes(), Point.BASE.multiply(nonce).add(each).toBytes(), data),
          ),
      ),
    'a key of mixed order': () =>
      everywhere((data) =>
        smallPoints.slice(1).map((each) => crafted(point.add(each).toBytes(), plainR, data)),
      ),
    'a key of small order, which needs no secret': () =>
      everywhere((data) => smallPoints.map((each) => crafted(each.toBytes(), plainR, data, 0n))),
    'R of small order': () =>
      everywhere((data) =>
        smallPoints.map((each) => crafted(point.toBytes(), each.toBytes(), data, secret, 0n)),
      ),
    'R and key of small order': () =>
      smallPoints.flatMap((key) =>
        smallPoints.map((r, at) =>
          crafted(key.toBytes(), r.toBytes(), messages[at] ?? Buffer.of(), 0n, 0n),
        ),
      ),
    'R written in another way': () =>
      everywhere((data) =>
        [toLittle(prime + 1n), withSign(toLittle(1n)), withSign(toLittle(prime + 1n))].map((r) =>
          crafted(point.toBytes(), r, data, secret, 0n),
        ),
      ),
    's that is not reduced': () =>
      everywhere((data) => {
        const { signature, ...rest } = crafted(point.toBytes(), plainR, data);
        const s = fromLittle(signature.subarray(32)) + order;
        return [{ ...rest, signature: Buffer.concat([signature.subarray(0, 32), toLittle(s)]) }];
      }),
  };

  for (const [name, make] of Object.entries(vectors)) {
    it(`says what Node says of ${name}`, () => {
      const verdicts = make().map(agreed);
      assert.ok(verdicts.length >= messages.length);
      assert.ok(verdicts.includes(false), 'none is refused');
    });
  }

  it('is what the page goes by, once WebCrypto has said that it does not know it', async () => {
    const { subtle } = globalThis.crypto;
    const importKey = subtle.importKey.bind(subtle);
    subtle.importKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'));
    try {
      const [data = Buffer.of()] = messages;
      const mixedR = Point.BASE.multiply(nonce).add(small).toBytes();
      assert.equal(await pageTakes(crafted(point.toBytes(), plainR, data)), true);
      assert.equal(await pageTakes(crafted(point.toBytes(), mixedR, data)), false);
    } finally {
      subtle.importKey = importKey;
    }
  });

  it('takes no key that is written in another way, which would be a second key for one secret', () => {
    const spellings = [
      toLittle(prime + 1n),
      withSign(toLittle(1n)),
      withSign(toLittle(prime + 1n)),
    ];
    const one = Point.ZERO.toBytes();
    for (const key of spellings) {
      assert.ok(nodeTakes(crafted(key, plainR, messages[0] ?? Buffer.of(), 0n)));
      for (const data of messages) {
        const { signature } = crafted(key, plainR, data, 0n);
        assert.equal(verifyEd25519(key, data, signature), false);
        assert.equal(verifyEd25519(one, data, signature), true);
      }
    }
    assert.ok(!verifyEd25519(Buffer.alloc(31), Buffer.of(), Buffer.alloc(64)));
  });
});

/** What both say. */
function agreed(vector: Signed): boolean {
  const verdict = verifyEd25519(vector.key, vector.data, vector.signature);
  assert.equal(verdict, nodeTakes(vector), JSON.stringify(vector));
  return verdict;
}

function pageTakes({ key, data, signature }: Signed): Promise<boolean> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') } as const;
  const question = { key: jwk, hash: null, data, signature, salt: 'any' } as const;
  return answered(() => answerTo(question));
}

function nodeTakes({ key, data, signature }: Signed): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
  return verify(null, data, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

function fromLittle(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function toLittle(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

/** The bit that says which of two x it is. */
function withSign(bytes: Buffer): Buffer {
  const signed = Buffer.from(bytes);
  signed.writeUInt8(signed.readUInt8(31) | 0x80, 31);
  return signed;
}
