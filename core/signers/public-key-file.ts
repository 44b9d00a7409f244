import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fault } from '../error/error.ts';
import { parseKey, publicKeyOf, type PublicKey, type SigningScheme } from '../metadata/keys.ts';
import { keyFileSchema } from './key-file.ts';
import { keyJsonSchema } from './key-json.ts';
import { createPublicFile } from './private-file.ts';

/**
 * A public key out of a file: the metadata form of a key (`alice.pub`), SPKI PEM, or a key file, of
 * which only the public part is looked at.
 * @throws `signer.key-not-found` when there is no such file, `key.form` when it holds no such key,
 *   `key.unsupported`
 */
export async function readPublicKey(file: string): Promise<PublicKey> {
  const text = await readText(file);
  if (text.startsWith('-----BEGIN')) return publicKeyOf(...fromPem(text, file));
  const json = parseJson(text, file);
  const keyFile = keyFileSchema.safeParse(json);
  const bare = keyFile.success ? keyFile.data.key : keyJsonSchema.safeParse(json).data;
  if (bare === undefined) throw notAKey(file);
  return parseKey(bare);
}

/** Writes the metadata form of a key, for others to read. @throws `signer.key-exists` */
export function writePublicKey(file: string, key: PublicKey): void {
  createPublicFile(file, `${JSON.stringify(key.json, null, 2)}\n`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw fault('signer.key-not-found', file, 'the file cannot be read', { cause });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw notAKey(file, cause);
  }
}

function fromPem(text: string, file: string): [KeyObject, SigningScheme] {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) {
    throw fault('key.form', file, 'this PEM is not a public key (SubjectPublicKeyInfo)');
  }
  let object: KeyObject;
  try {
    object = createPublicKey({ key: text, format: 'pem', type: 'spki' });
  } catch (cause) {
    throw notAKey(file, cause);
  }
  return [object, schemeOf(object, file)];
}

function schemeOf(object: KeyObject, file: string): SigningScheme {
  const curve = object.asymmetricKeyDetails?.namedCurve;
  if (object.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (object.asymmetricKeyType === 'rsa') return 'rsassa-pss-sha256';
  if (curve === 'prime256v1') return 'ecdsa-sha2-nistp256';
  throw fault('key.unsupported', file, 'neither Ed25519 nor P-256 nor RSA');
}

function notAKey(file: string, cause?: unknown) {
  return fault('key.form', file, 'this is not a public key', {
    hint: 'give NAME.pub as made by key generate, or an SPKI PEM',
    cause,
  });
}
