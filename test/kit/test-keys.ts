import { constants, sign, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto';
import type { JsonObject } from '../../core/metadata/json.ts';
import { computeKeyId, keyJson, type KeyJson, type Scheme } from '../../core/metadata/keys.ts';
import { ecPair, ed25519Pair, rsaPair } from './key-pair.ts';

/** A key of which a test has both halves. */
export interface TestKey {
  readonly keyid: string;
  readonly json: KeyJson;
  readonly privateKey: KeyObject;
}

/**
 * A new key of any scheme that the client verifies.
 * @param more fields of the key object that are added or replaced: `{ keytype: 'ecdsa-sha2-nistp256' }`
 */
export function newKey(scheme: Scheme = 'ed25519', more: JsonObject = {}): TestKey {
  const { publicKey, privateKey } = keyPair(scheme);
  const json = { ...publicJson(publicKey, scheme), ...more };
  return { keyid: computeKeyId(json), json, privateKey };
}

/** The same key under another keyid: what metadata calls a key is its own affair. */
export function renamed(key: TestKey, keyid: string): TestKey {
  return { ...key, keyid };
}

/** One entry of `signatures`, by this key over these bytes. */
export function signatureBy(key: TestKey, bytes: Uint8Array): { keyid: string; sig: string } {
  return { keyid: key.keyid, sig: signatureBytes(key, bytes).toString('hex') };
}

function signatureBytes({ json, privateKey }: TestKey, bytes: Uint8Array): Buffer {
  if (json.scheme === 'ed25519') return sign(null, bytes, privateKey);
  const hash = `sha${json.scheme.slice(-3)}`;
  if (json.scheme.startsWith('ecdsa')) return sign(hash, bytes, privateKey);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, bytes, {
    key: privateKey,
    padding,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

function keyPair(scheme: Scheme): KeyPairKeyObjectResult {
  if (scheme === 'ed25519') return ed25519Pair();
  if (scheme.startsWith('rsa')) return rsaPair(2048);
  const namedCurve = scheme === 'ecdsa-sha2-nistp384' ? 'P-384' : 'P-256';
  return ecPair(namedCurve);
}

function publicJson(publicKey: KeyObject, scheme: Scheme): KeyJson {
  if (scheme === 'ed25519') return keyJson(publicKey, scheme);
  const text = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const keytype = scheme.startsWith('rsa') ? 'rsa' : 'ecdsa';
  return { keytype, scheme, keyval: { public: text } };
}
