/**
 * New key pairs, each read from its encoded form: Node 20 hangs for ever where a key is exported at the
 * moment at which the job of `generateKeyPairSync` that made it is collected, for both want its lock.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
} from 'node:crypto';

const publicKeyEncoding = { type: 'spki', format: 'der' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const;

export function ed25519Pair(): KeyPairKeyObjectResult {
  const pair = generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding });
  return pairOf(pair.privateKey);
}

export function ecPair(namedCurve: string): KeyPairKeyObjectResult {
  const pair = generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding });
  return pairOf(pair.privateKey);
}

export function rsaPair(modulusLength: number): KeyPairKeyObjectResult {
  const pair = generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding });
  return pairOf(pair.privateKey);
}

function pairOf(pkcs8: Buffer): KeyPairKeyObjectResult {
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
