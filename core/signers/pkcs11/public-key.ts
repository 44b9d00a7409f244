import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Handle } from 'pkcs11js';
import { fault, type TufOnGitError } from '../../error/error.ts';
import { publicKeyOf, type PublicKey, type SigningScheme } from '../../metadata/keys.ts';
import { rsaBits } from '../private-key.ts';
import { unwrapOctets } from './der.ts';
import type { Pkcs11Module } from './module.ts';
import { attribute, toNumber } from './objects.ts';

/** Not in PKCS#11 2.40, so not among the constants of the binding (PKCS#11 3.0 §2.3). */
export const edwards = { keyType: 0x40, generate: 0x1055, sign: 0x1057 };

/** CKA_EC_PARAMS: the curve by its OID, in DER; Ed25519 also by its name (PKCS#11 3.0 §2.3.10). */
export const curves = {
  p256: Buffer.from('06082a8648ce3d030107', 'hex'),
  ed25519: Buffer.from('06032b6570', 'hex'),
  ed25519ByName: Buffer.from('130c656477617264733235353139', 'hex'),
};

/**
 * The public key of a key object, public or private, as far as the object shows it.
 * @param where names the key in errors
 * @returns undefined when the object does not hold the public values
 * @throws `signer.unsupported` for a key that we make no signatures with
 */
export function readPublicKey(
  module: Pkcs11Module,
  session: Handle,
  object: Handle,
  where: string,
): PublicKey | undefined {
  const { constants } = module;
  const get = (type: number) => attribute(module, session, object, type);
  const type = toNumber(get(constants.CKA_KEY_TYPE));
  if (type === constants.CKK_RSA) {
    return rsaKey(get(constants.CKA_MODULUS), get(constants.CKA_PUBLIC_EXPONENT), where);
  }
  const params = get(constants.CKA_EC_PARAMS);
  const point = get(constants.CKA_EC_POINT);
  if (type !== constants.CKK_EC && type !== edwards.keyType) throw unsupported(where);
  if (params === undefined || point === undefined) return undefined;
  return type === constants.CKK_EC
    ? p256Key(params, point, where)
    : ed25519Key(params, point, where);
}

export function rsaKey(
  modulus: Buffer | undefined,
  exponent: Buffer | undefined,
  where: string,
): PublicKey | undefined {
  if (modulus === undefined || exponent === undefined) return undefined;
  const n = withoutZeros(modulus).toString('base64url');
  const e = withoutZeros(exponent).toString('base64url');
  const object = fromJwk({ kty: 'RSA', n, e }, where);
  const bits = object.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < rsaBits.min || bits > rsaBits.max) throw unsupported(where);
  return named(object, 'rsassa-pss-sha256');
}

/** Usually an OCTET STRING around the uncompressed point, sometimes the point alone. */
export function p256Key(params: Buffer, point: Buffer, where: string): PublicKey {
  const bare = point.length === 65 ? point : unwrapOctets(point, 65);
  if (!params.equals(curves.p256) || bare?.[0] !== 4) throw unsupported(where);
  const x = bare.subarray(1, 33).toString('base64url');
  const y = bare.subarray(33).toString('base64url');
  return named(fromJwk({ kty: 'EC', crv: 'P-256', x, y }, where), 'ecdsa-sha2-nistp256');
}

export function ed25519Key(params: Buffer, point: Buffer, where: string): PublicKey {
  const bare = point.length === 32 ? point : unwrapOctets(point, 32);
  const isEd25519 = params.equals(curves.ed25519) || params.equals(curves.ed25519ByName);
  if (!isEd25519 || bare === undefined) throw unsupported(where);
  const x = bare.toString('base64url');
  return named(fromJwk({ kty: 'OKP', crv: 'Ed25519', x }, where), 'ed25519');
}

/** A token knows no owner, so neither does the key: its keyid is that of the bare key. */
function named(object: KeyObject, scheme: SigningScheme): PublicKey {
  return publicKeyOf(object, scheme);
}

function fromJwk(key: JsonWebKey, where: string): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw fault('signer.unsupported', where, 'its public key is not valid', { cause });
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes : bytes.subarray(first);
}

function unsupported(where: string): TufOnGitError {
  return fault('signer.unsupported', where, 'a kind of key that is not signed with here', {
    hint: `use P-256, Ed25519, or RSA of ${rsaBits.min} to ${rsaBits.max} bits`,
  });
}
