/**
 * WebCrypto must be told how long the salt of an RSASSA-PSS signature is, where others find out. This
 * finds out (RFC 8017 §9.1.2, steps 4 to 10) and decides nothing: WebCrypto then verifies the whole.
 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytes, type Jwk } from './spki.ts';

const digests = { 32: sha256, 48: sha384, 64: sha512 } as const;

/** A file may carry many keys: what nobody uses would only stop the page. */
const mostModulusBytes = 1024;
const mostExponentBytes = 8;

/** @returns in bytes; undefined for what is no such signature */
export function saltLengthOf(
  { n, e }: Extract<Jwk, { kty: 'RSA' }>,
  signature: Uint8Array,
  digestLength: number,
): number | undefined {
  const [modulus, exponent] = [bytes(n), bytes(e)];
  if (modulus.length > mostModulusBytes || exponent.length > mostExponentBytes) return undefined;
  if (signature.length !== modulus.length || !(digestLength in digests)) return undefined;
  const encoded = power(number(signature), number(exponent), number(modulus));
  const bits = number(modulus).toString(2).length - 1;
  const size = Math.ceil(bits / 8);
  const message = Buffer.from(encoded.toString(16).padStart(size * 2, '0'), 'hex');
  if (message.length !== size || message.at(-1) !== 0xbc) return undefined;
  const masked = message.subarray(0, size - digestLength - 1);
  const mask = mgf1(message.subarray(masked.length, -1), masked.length, digestLength);
  const data = masked.map((byte, at) => byte ^ (mask[at] ?? 0));
  data[0] = (data[0] ?? 0) & (0xff >> (size * 8 - bits));
  const one = data.findIndex((byte) => byte !== 0);
  return data[one] === 1 ? data.length - one - 1 : undefined;
}

/** RFC 8017 §B.2.1 */
function mgf1(seed: Uint8Array, length: number, digestLength: number): Uint8Array {
  const digest = digests[digestLength as keyof typeof digests];
  const parts: Uint8Array[] = [];
  for (let counter = 0; parts.length * digestLength < length; counter += 1) {
    parts.push(digest(Buffer.concat([seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff)])));
  }
  return Buffer.concat(parts).subarray(0, length);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, factor] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

const number = (digits: Uint8Array) => BigInt(`0x${Buffer.from(digits).toString('hex') || '0'}`);
