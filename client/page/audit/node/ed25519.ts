/**
 * Ed25519 for browsers whose WebCrypto lacks it, with the verdict of those that have it, and of Node:
 * R′ = sB − hA has to be written as the very bytes of R (RFC 8032 §5.1.7 without the cofactor). Who
 * holds a key can make signatures that only one of the two ways to verify takes, and what is verified
 * must not depend on who looks.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';

const { Point } = ed25519;
const order = Point.Fn.ORDER;
const size = 32;

/**
 * @param key the point A, as RFC 8032 §5.1.2 writes it: in no other way
 * @param signature R, then s
 */
export function verifyEd25519(key: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.subarray(0, size), number(signature.subarray(size))];
  if (signature.length !== 2 * size || s >= order) return false;
  const point = pointOf(key);
  if (point === undefined) return false;
  const h = number(sha512(Buffer.concat([r, key, data]))) % order;
  const found = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(h)).toBytes();
  return Buffer.compare(found, r) === 0;
}

function pointOf(key: Uint8Array) {
  try {
    return Point.fromBytes(key);
  } catch {
    return undefined; // no point of the curve, or not in the one way to write it
  }
}

/** Little-endian. */
function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}
