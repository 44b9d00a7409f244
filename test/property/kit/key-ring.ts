/**
 * The keys of the property test. A number decides each, so that a run can be made again: the same
 * keyids, and so the same order of everything that is sorted by them.
 */
import {
  checkPrimeSync,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { publicKeyOf, type PublicKey, type SigningScheme } from '../../../core/metadata/keys.ts';
import { signWith } from '../../../core/signers/private-key.ts';

export interface RingKey extends PublicKey {
  readonly scheme: SigningScheme;
  readonly privateKey: KeyObject;
}

const schemes: readonly SigningScheme[] = [
  'ed25519',
  'ecdsa-sha2-nistp256',
  'ed25519',
  'rsassa-pss-sha256',
];

/** Of people: for roots, targets and delegated roles. */
export const people: readonly RingKey[] = Array.from({ length: 16 }, (_, index) =>
  ringKey(`person ${index}`, schemes[index % schemes.length] ?? 'ed25519', `@person${index}`),
);

/** What the daemon's signer holds. */
export const onlineKeys: readonly RingKey[] = (['ed25519', 'ecdsa-sha2-nistp256'] as const).map(
  (scheme, index) => ringKey(`online ${index}`, scheme),
);

const ring = new Map([...people, ...onlineKeys].map((key) => [key.keyid as string, key]));

/** The key of that keyid, undefined for one that nobody here holds. */
export function heldKey(keyid: string): RingKey | undefined {
  return ring.get(keyid);
}

/** One entry of `signatures`. */
export function signatureOf({ keyid, privateKey, scheme }: RingKey, bytes: Uint8Array) {
  return { keyid, sig: signWith(privateKey, scheme, bytes).toString('hex') };
}

function privateKeyOf(name: string, scheme: SigningScheme): KeyObject {
  switch (scheme) {
    case 'ed25519':
      return ed25519Key(name);
    case 'ecdsa-sha2-nistp256':
      return p256Key(name);
    case 'rsassa-pss-sha256':
      return rsaKey(name);
  }
}

function ed25519Key(name: string): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 §7
  const key = Buffer.concat([header, digest(name)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function p256Key(name: string): KeyObject {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(digest(name));
  const point = curve.getPublicKey();
  const numbers = { d: digest(name), x: point.subarray(1, 33), y: point.subarray(33) };
  return jwkKey({ kty: 'EC', crv: 'P-256' }, numbers);
}

function ringKey(name: string, scheme: SigningScheme, owner?: string): RingKey {
  const privateKey = privateKeyOf(name, scheme);
  const publicKey = publicKeyOf(createPublicKey(privateKey), scheme, owner);
  return { ...publicKey, scheme, privateKey };
}

/** 2048 bits: RFC 8017 §3.2. */
function rsaKey(name: string): KeyObject {
  const e = 65537n;
  const [p, q] = [prime(`${name} p`), prime(`${name} q`)];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const bytes = Object.entries(numbers).map(([field, number]) => [field, bytesOf(number)]);
  return jwkKey({ kty: 'RSA' }, Object.fromEntries(bytes) as Record<string, Buffer>);
}

function jwkKey(head: JsonWebKey, numbers: Readonly<Record<string, Uint8Array>>): KeyObject {
  const fields = Object.entries(numbers).map(([field, bytes]) => [
    field,
    Buffer.from(bytes).toString('base64url'),
  ]);
  const key = { ...head, ...(Object.fromEntries(fields) as JsonWebKey) };
  return createPrivateKey({ key, format: 'jwk' });
}

/** The first prime of 1024 bits after a number that the name decides. */
function prime(name: string): bigint {
  const bytes = Buffer.concat([0, 1, 2, 3].map((part) => digest(`${name} ${part}`)));
  let candidate = BigInt(`0x${bytes.toString('hex')}`) | (3n << 1022n) | 1n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** By the extended Euclidean algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, number % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

function bytesOf(number: bigint): Buffer {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
