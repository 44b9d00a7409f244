/** SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 8410, RFC 5480, RFC 8017) of the kinds of keys that TUF knows. */
import { p256, p384 } from '@noble/curves/nist.js';

/** A public key by its numbers, as JSON Web Keys have them (RFC 7517), in base64url. */
export type Jwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: CurveName; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string };

export type CurveName = 'P-256' | 'P-384';

const curves = { 'P-256': p256, 'P-384': p384 } as const;
const oids = {
  ed25519: '2b6570',
  ec: '2a8648ce3d0201',
  rsa: '2a864886f70d010101',
  'P-256': '2a8648ce3d030107',
  'P-384': '2b81040022',
} as const;
const tags = { integer: 0x02, bits: 0x03, null: 0x05, oid: 0x06, sequence: 0x30 } as const;

/** @throws TypeError for what is no such key */
export function readSpki(der: Uint8Array): Jwk {
  const outer = new Reader(der).only(tags.sequence);
  const algorithm = outer.next(tags.sequence);
  const bits = outer.next(tags.bits);
  outer.end();
  if (bits.rest[0] !== 0) throw new TypeError('bits are left over');
  const key = bits.rest.subarray(1);
  const oid = hex(algorithm.next(tags.oid).rest);
  if (oid === oids.ed25519) return ed25519(key, algorithm);
  if (oid === oids.ec) return point(key, curveOf(hex(algorithm.next(tags.oid).rest)));
  if (oid === oids.rsa) return rsa(key);
  throw new TypeError('an unknown kind of key');
}

export function writeSpki(key: Jwk): Uint8Array {
  if (key.kty === 'OKP') return spki([oid('ed25519')], bytes(key.x));
  if (key.kty === 'EC') {
    return spki([oid('ec'), oid(key.crv)], joined([Uint8Array.of(4), bytes(key.x), bytes(key.y)]));
  }
  const numbers = tlv(tags.sequence, joined([integer(bytes(key.n)), integer(bytes(key.e))]));
  return spki([oid('rsa'), tlv(tags.null, new Uint8Array())], numbers);
}

/** @throws for a point that is not on its curve */
export function checkPoint(crv: CurveName, x: string, y: string): Jwk {
  return point(joined([Uint8Array.of(4), bytes(x), bytes(y)]), crv);
}

function ed25519(key: Uint8Array, algorithm: Reader): Jwk {
  algorithm.end();
  if (key.length !== 32) throw new TypeError('not 32 bytes');
  return { kty: 'OKP', crv: 'Ed25519', x: base64url(key) };
}

/** Compressed, uncompressed or hybrid: whatever way it is written, it becomes its two numbers. */
function point(key: Uint8Array, crv: CurveName): Jwk {
  const isHybrid = key[0] === 6 || key[0] === 7;
  const plain = isHybrid ? joined([Uint8Array.of(4), key.subarray(1)]) : key;
  const written = curves[crv].Point.fromBytes(plain).toBytes(false);
  if (isHybrid && (written.at(-1) ?? 0) % 2 !== (key[0] ?? 0) % 2) throw new TypeError('hybrid');
  const size = (written.length - 1) / 2;
  const [x, y] = [written.subarray(1, 1 + size), written.subarray(1 + size)];
  return { kty: 'EC', crv, x: base64url(x), y: base64url(y) };
}

function rsa(key: Uint8Array): Jwk {
  const numbers = new Reader(key).only(tags.sequence);
  const [n, e] = [numbers.next(tags.integer).rest, numbers.next(tags.integer).rest];
  numbers.end();
  return { kty: 'RSA', n: base64url(unpadded(n)), e: base64url(unpadded(e)) };
}

function curveOf(name: string): CurveName {
  if (name === oids['P-256']) return 'P-256';
  if (name === oids['P-384']) return 'P-384';
  throw new TypeError('an unknown curve');
}

/** Walks over one level of DER. */
class Reader {
  rest: Uint8Array;

  constructor(der: Uint8Array) {
    this.rest = der;
  }

  next(tag: number): Reader {
    const [found, first = 0x80] = this.rest;
    const sizeBytes = first < 0x80 ? 0 : first & 0x7f;
    if (found !== tag || first === 0x80 || sizeBytes > 3) throw new TypeError('not such a key');
    const size = sizeBytes === 0 ? first : number(this.rest.subarray(2, 2 + sizeBytes));
    const start = 2 + sizeBytes;
    if (this.rest.length < start + size) throw new TypeError('it is cut');
    const value = this.rest.subarray(start, start + size);
    this.rest = this.rest.subarray(start + size);
    return new Reader(value);
  }

  only(tag: number): Reader {
    const value = this.next(tag);
    this.end();
    return value;
  }

  end(): void {
    if (this.rest.length > 0) throw new TypeError('something is left over');
  }
}

function spki(algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array {
  const bits = tlv(tags.bits, joined([Uint8Array.of(0), key]));
  return tlv(tags.sequence, joined([tlv(tags.sequence, joined(algorithm)), bits]));
}

const oid = (name: keyof typeof oids) => tlv(tags.oid, Buffer.from(oids[name], 'hex'));

/** Positive: a first bit that is set gets a zero before it. */
function integer(value: Uint8Array): Uint8Array {
  const isHigh = (value[0] ?? 0) >= 0x80;
  return tlv(tags.integer, isHigh ? joined([Uint8Array.of(0), value]) : value);
}

function tlv(tag: number, value: Uint8Array): Uint8Array {
  const size = value.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return joined([Uint8Array.of(tag, ...length), value]);
}

function unpadded(value: Uint8Array): Uint8Array {
  if (value.length === 0 || (value[0] ?? 0) >= 0x80) throw new TypeError('not a positive number');
  return value[0] === 0 ? value.subarray(1) : value;
}

const number = (digits: Uint8Array) => digits.reduce((sum, digit) => sum * 256 + digit, 0);
const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

export const base64url = (value: Uint8Array): string => Buffer.from(value).toString('base64url');

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'base64'));
}
