import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { fault } from '../error/error.ts';
import type { Scheme, SigningScheme } from '../metadata/keys.ts';

/** Sizes of RSA keys that all clients can use (`key.unsupported`), in bits. */
export const rsaBits = { min: 2048, usual: 3072, max: 8192 };

/** A new private key in memory. @throws `signer.unsupported` for an RSA size that clients refuse */
export async function newPrivateKey(scheme: SigningScheme, bits?: number): Promise<KeyObject> {
  const generate = promisify(generateKeyPair);
  switch (scheme) {
    case 'ed25519':
      return (await generate('ed25519')).privateKey;
    case 'ecdsa-sha2-nistp256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 'rsassa-pss-sha256':
      return (await generate('rsa', { modulusLength: checkedRsaBits(bits) })).privateKey;
  }
}

/** @throws `signer.unsupported` outside 2048 … 8192 */
export function checkedRsaBits(bits: number = rsaBits.usual): number {
  if (Number.isInteger(bits) && bits >= rsaBits.min && bits <= rsaBits.max) return bits;
  const range = `${rsaBits.min} to ${rsaBits.max}`;
  throw fault('signer.unsupported', 'RSA key', `it must have ${range} bits`);
}

/** The private key in PKCS#8 DER. @throws TypeError of node:crypto */
export function importPrivateKey(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

export function belongTogether(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey);
}

/** A signature in the form of `Signer.sign`. */
export function signWith(key: KeyObject, scheme: SigningScheme, bytes: Uint8Array): Buffer {
  switch (scheme) {
    case 'ed25519':
      return sign(null, bytes, key);
    case 'ecdsa-sha2-nistp256':
      return sign('sha256', bytes, { key, dsaEncoding: 'der' });
    case 'rsassa-pss-sha256':
      return sign('sha256', bytes, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      });
  }
}

/** @throws `signer.unsupported` for a scheme that is verified but not signed with */
export function asSigningScheme(scheme: Scheme): SigningScheme {
  const known = signingSchemes.find((one) => one === scheme);
  if (known !== undefined) return known;
  throw fault('signer.unsupported', scheme, 'no signatures are made with this scheme', {
    hint: `use one of ${signingSchemes.join(', ')}`,
  });
}

const signingSchemes: readonly SigningScheme[] = [
  'ed25519',
  'ecdsa-sha2-nistp256',
  'rsassa-pss-sha256',
];
