/**
 * What core/metadata uses of `node:crypto`, for browsers: the build puts this module in its place.
 * Digests and the forms of keys are computed here and now. Whether a signature verifies only WebCrypto
 * can say, and later: `verify` gives the answer that it has, and notes the question otherwise
 * (signatures.ts).
 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { base64url, bytes, checkPoint, readSpki, writeSpki, type Jwk } from './spki.ts';
import { answerTo, type Padding } from './signatures.ts';

const hashes = { sha256, sha384, sha512 } as const;

/** The values are Node's, and mean nothing here but what their names say. */
export const constants = {
  RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1,
  RSA_PSS_SALTLEN_AUTO: -2,
} as const;

export interface Hash {
  readonly update: (data: Uint8Array | string) => Hash;
  digest(): Uint8Array;
  digest(encoding: 'hex' | 'base64url'): string;
}

/** @throws RangeError for an algorithm that TUF metadata does not name */
export function createHash(algorithm: string): Hash {
  if (!(algorithm in hashes)) throw new RangeError(`no digest ${algorithm} here`);
  const running = hashes[algorithm as keyof typeof hashes].create();
  const hash = {
    update(data: Uint8Array | string) {
      running.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      return hash;
    },
    digest(encoding?: 'hex' | 'base64url') {
      const made = running.digest();
      if (encoding === undefined) return Buffer.from(made);
      return encoding === 'hex' ? Buffer.from(made).toString('hex') : base64url(made);
    },
  };
  return hash as Hash;
}

export class KeyObject {
  readonly jwk: Jwk;

  constructor(jwk: Jwk) {
    this.jwk = jwk;
  }

  get asymmetricKeyType(): 'ed25519' | 'ec' | 'rsa' {
    return ({ OKP: 'ed25519', EC: 'ec', RSA: 'rsa' } as const)[this.jwk.kty];
  }

  get asymmetricKeyDetails(): { readonly namedCurve?: string; readonly modulusLength?: number } {
    const { jwk } = this;
    if (jwk.kty === 'RSA') return { modulusLength: bitLength(bytes(jwk.n)) };
    if (jwk.kty === 'EC') return { namedCurve: jwk.crv === 'P-256' ? 'prime256v1' : 'secp384r1' };
    return {};
  }

  export({ format }: { readonly format: 'jwk' | 'der' | 'pem' }): unknown {
    if (format === 'jwk') return this.jwk;
    const der = writeSpki(this.jwk);
    return format === 'der' ? Buffer.from(der) : pem(der);
  }
}

type Given =
  { readonly key: string; readonly format: 'pem' } | { readonly key: Jwk; readonly format: 'jwk' };

/** @throws TypeError for what is no public key of a known kind */
export function createPublicKey(given: Given): KeyObject {
  if (given.format === 'pem') return new KeyObject(readSpki(derOf(given.key)));
  const { key } = given;
  return new KeyObject(key.kty === 'EC' ? checkPoint(key.crv, key.x, key.y) : key);
}

interface Options {
  readonly key: KeyObject;
  readonly padding?: number;
  readonly saltLength?: number;
}

/** False where the answer is not known yet. */
export function verify(
  hash: string | null,
  data: Uint8Array,
  given: KeyObject | Options,
  signature: Uint8Array,
): boolean {
  const { key, saltLength } = given instanceof KeyObject ? { key: given } : given;
  return answerTo({ key: key.jwk, hash, data, signature, salt: saltOf(saltLength) });
}

function saltOf(saltLength: number | undefined): Padding {
  return saltLength === constants.RSA_PSS_SALTLEN_DIGEST ? 'digest' : 'any';
}

function derOf(text: string): Uint8Array {
  const [, body = ''] =
    /^-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(text) ?? [];
  if (body === '') throw new TypeError('not SPKI PEM');
  return new Uint8Array(Buffer.from(body.replaceAll(/\s/g, ''), 'base64'));
}

function pem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
}

const bitLength = ([first = 0, ...rest]: Uint8Array) => 32 - Math.clz32(first) + rest.length * 8;

export default { createHash, createPublicKey, verify, constants };
