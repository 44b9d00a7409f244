import { createHash, createPublicKey, verify, constants, type KeyObject } from 'node:crypto';
import { fault } from '../error/error.ts';
import { canonicalBytes } from './canonical.ts';
import type { JsonObject } from './json.ts';

/** SHA-256 over the canonical form of the key, in lower-case hex (`key.id`). */
export type KeyId = string & { readonly brand: 'KeyId' };

/** SHA-256 over the SubjectPublicKeyInfo: what makes two keys the same key, whatever their keyids. */
export type Fingerprint = string & { readonly brand: 'Fingerprint' };

/** A key as metadata carries it: TUF 1.0.34 §4.2.2, extra fields (`x-…`) included. */
export interface KeyJson extends JsonObject {
  keytype: string;
  scheme: string;
  keyval: { public: string };
}

/** The schemes whose signatures this project verifies. */
export type Scheme =
  | 'ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'rsassa-pss-sha256'
  | 'rsassa-pss-sha384'
  | 'rsassa-pss-sha512';

/** The schemes that this project makes keys and signatures for. */
export type SigningScheme = 'ed25519' | 'ecdsa-sha2-nistp256' | 'rsassa-pss-sha256';

export interface PublicKey {
  readonly keyid: KeyId;
  readonly scheme: Scheme;
  readonly json: KeyJson;
  readonly fingerprint: Fingerprint;
  readonly object: KeyObject;
}

const keyTypes: Record<Scheme, readonly string[]> = {
  ed25519: ['ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa', 'ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa', 'ecdsa-sha2-nistp384'],
  'rsassa-pss-sha256': ['rsa'],
  'rsassa-pss-sha384': ['rsa'],
  'rsassa-pss-sha512': ['rsa'],
};

const curves: Partial<Record<Scheme, string>> = {
  'ecdsa-sha2-nistp256': 'prime256v1',
  'ecdsa-sha2-nistp384': 'secp384r1',
};

interface Curve {
  readonly crv: string;
  /** Of a coordinate, in bytes. */
  readonly size: number;
}

const points: Partial<Record<Scheme, Curve>> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', size: 32 },
  'ecdsa-sha2-nistp384': { crv: 'P-384', size: 48 },
};

/** The keyid that this key must have: SHA-256 of its canonical form, extra fields included. */
export function computeKeyId(json: KeyJson): KeyId {
  return createHash('sha256').update(canonicalBytes(json, 'a key')).digest('hex') as KeyId;
}

/** The metadata form of a public key. `owner` becomes `x-tuf-on-ci-keyowner`. */
export function keyJson(object: KeyObject, scheme: SigningScheme, owner?: string): KeyJson {
  const keytype = {
    ed25519: 'ed25519',
    'ecdsa-sha2-nistp256': 'ecdsa',
    'rsassa-pss-sha256': 'rsa',
  };
  const value = scheme === 'ed25519' ? rawEd25519(object) : pem(object);
  const named = owner === undefined ? {} : { 'x-tuf-on-ci-keyowner': owner };
  return { keytype: keytype[scheme], scheme, keyval: { public: value }, ...named };
}

/** The person that a key belongs to, as far as metadata says so. */
export function keyOwner(json: KeyJson): string | undefined {
  const owner = json['x-tuf-on-ci-keyowner'];
  return typeof owner === 'string' ? owner : undefined;
}

/** The same key as somebody's: under another keyid, for the owner is part of it. */
export function withOwner(key: PublicKey, owner: string): PublicKey {
  return parseKey({ ...key.json, 'x-tuf-on-ci-keyowner': owner });
}

/**
 * A usable key out of its metadata form.
 *
 * `keyid` is the one that metadata gives it; without it, the computed one. It is not compared here:
 * the gate does that (`key.id`), clients need not.
 * @throws `key.unsupported` for an unknown scheme or type, `key.form` for a value that is no such key.
 */
export function parseKey(json: KeyJson, keyid: string = computeKeyId(json)): PublicKey {
  const scheme = knownScheme(json, keyid);
  const object = keyObject(json, scheme, keyid);
  const spki = object.export({ format: 'der', type: 'spki' });
  const fingerprint = createHash('sha256').update(spki).digest('hex') as Fingerprint;
  return { keyid: keyid as KeyId, scheme, json, fingerprint, object };
}

/** A public key from an SPKI PEM text or KeyObject, in the form and under the keyid of metadata. */
export function publicKeyOf(object: KeyObject, scheme: SigningScheme, owner?: string): PublicKey {
  return parseKey(keyJson(oneSpelling(object), scheme, owner));
}

/**
 * True when `signature` (as TUF carries it, decoded from hex) is this key's over `bytes`.
 * @param salt of RSASSA-PSS: `digest` takes none but one as long as the digest
 */
export function verifySignature(
  key: PublicKey,
  bytes: Uint8Array,
  signature: Uint8Array,
  salt: 'any' | 'digest' = 'any',
): boolean {
  if (key.scheme === 'ed25519') {
    return signature.length === 64 && verify(null, bytes, key.object, signature);
  }
  const hash = `sha${key.scheme.slice(-3)}`;
  if (!key.scheme.startsWith('rsassa-pss')) {
    return verify(hash, bytes, { key: key.object, dsaEncoding: 'der' }, signature);
  }
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength =
    salt === 'any' ? constants.RSA_PSS_SALTLEN_AUTO : constants.RSA_PSS_SALTLEN_DIGEST;
  return verify(hash, bytes, { key: key.object, padding, saltLength }, signature);
}

function knownScheme(json: KeyJson, keyid: string): Scheme {
  const scheme = json.scheme;
  if (!Object.hasOwn(keyTypes, scheme)) {
    throw fault('key.unsupported', `key ${keyid.slice(0, 8)}`, 'unknown signature scheme');
  }
  const known = scheme as Scheme;
  if (!keyTypes[known].includes(json.keytype)) {
    throw fault('key.unsupported', `key ${keyid.slice(0, 8)}`, 'key type does not fit its scheme');
  }
  return known;
}

function keyObject(json: KeyJson, scheme: Scheme, keyid: string): KeyObject {
  const where = `key ${keyid.slice(0, 8)}`;
  const text = json.keyval.public;
  let object: KeyObject;
  try {
    object = /^[0-9a-fA-F]+$/.test(text) ? bareKey(text, scheme) : spki(text);
  } catch (cause) {
    throw fault('key.form', where, 'the public value is not a key', { cause });
  }
  const wanted = scheme.startsWith('rsassa') ? 'rsa' : scheme === 'ed25519' ? 'ed25519' : 'ec';
  if (object.asymmetricKeyType !== wanted) {
    throw fault('key.form', where, `the public value is no ${wanted} key`);
  }
  const curve = curves[scheme];
  if (curve !== undefined && object.asymmetricKeyDetails?.namedCurve !== curve) {
    throw fault('key.form', where, `the public value is not on the curve of ${scheme}`);
  }
  const { modulusLength = leastRsaBits } = object.asymmetricKeyDetails ?? {};
  if (modulusLength < leastRsaBits) {
    throw fault('key.unsupported', where, `an RSA key has ${leastRsaBits} bits or more`);
  }
  return oneSpelling(object);
}

/** TUF 1.0.34 §4.2.2. */
const leastRsaBits = 2048;

/**
 * The same key out of its numbers alone: a point may be written uncompressed, compressed or hybrid,
 * and Node keeps what it was given, which would make one key three.
 */
function oneSpelling(object: KeyObject): KeyObject {
  return createPublicKey({ key: object.export({ format: 'jwk' }), format: 'jwk' });
}

/** A public key that is written as nothing but its numbers, in hex. */
function bareKey(hex: string, scheme: Scheme): KeyObject {
  const bytes = Buffer.from(hex, 'hex');
  const curve = points[scheme];
  if (curve !== undefined) return point(bytes, curve);
  if (scheme !== 'ed25519' || hex.length !== 64) throw new TypeError('not 32 bytes');
  const x = bytes.toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** An uncompressed point (SEC 1 §2.3.3): how go-tuf wrote ECDSA keys once. */
function point(bytes: Buffer, { crv, size }: Curve): KeyObject {
  if (bytes[0] !== 4 || bytes.length !== 1 + 2 * size) throw new TypeError('not such a point');
  const x = bytes.subarray(1, 1 + size).toString('base64url');
  const y = bytes.subarray(1 + size).toString('base64url');
  return createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' });
}

function spki(text: string): KeyObject {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) throw new TypeError('not SPKI PEM');
  return createPublicKey({ key: text, format: 'pem', type: 'spki' });
}

function rawEd25519(object: KeyObject): string {
  const { x } = object.export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url').toString('hex');
}

function pem(object: KeyObject): string {
  return object.export({ format: 'pem', type: 'spki' }).toString();
}
