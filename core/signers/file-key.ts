import { createPublicKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { fault } from '../error/error.ts';
import {
  parseKey,
  publicKeyOf,
  verifySignature,
  type PublicKey,
  type SigningScheme,
} from '../metadata/keys.ts';
import { newEncryption, seal, unseal, usualCost, type Cost } from './envelope.ts';
import { keyFileFormat, readKeyFile, type KeyFile } from './key-file.ts';
import { createPrivateFile } from './private-file.ts';
import {
  asSigningScheme,
  belongTogether,
  importPrivateKey,
  newPrivateKey,
  signWith,
} from './private-key.ts';
import type { Secret } from './secret.ts';
import type { Signer } from './signer.ts';

export interface NewFileKey {
  /** Becomes `x-tuf-on-ci-keyowner`, and so part of the keyid. */
  readonly owner?: string | undefined;
  readonly rsaBits?: number | undefined;
  readonly unsafePlaintext?: boolean | undefined;
  readonly cost?: Cost;
}

/**
 * Makes a key and its file (0600, never over another).
 * @throws `signer.key-exists`, `signer.key-file`, `signer.unsupported`, and what `secret` throws
 */
export async function createFileKey(
  file: string,
  scheme: SigningScheme,
  secret: Secret,
  { owner, rsaBits, unsafePlaintext = false, cost = usualCost }: NewFileKey = {},
): Promise<PublicKey> {
  const privateKey = await newPrivateKey(scheme, rsaBits);
  const key = publicKeyOf(createPublicKey(privateKey), scheme, owner);
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const contents: KeyFile = unsafePlaintext
    ? { format: keyFileFormat, key: key.json, unsafePlaintext: pkcs8.toString('base64') }
    : await encrypted(key, pkcs8, await secret(), cost);
  pkcs8.fill(0);
  createPrivateFile(file, `${JSON.stringify(contents, null, 2)}\n`);
  return key;
}

/**
 * The public key of a key file, without its passphrase. Nothing proves it yet: opening does.
 * @throws `signer.key-not-found`, `signer.key-file`
 */
export function readFileKey(file: string): PublicKey {
  return parseKey(readKeyFile(file).key);
}

/**
 * Opens the private key of a key file.
 * @throws `signer.key-not-found`, `signer.key-file`, `signer.passphrase`, `signer.unsupported`
 */
export async function openFileKey(file: string, secret: Secret): Promise<Signer> {
  const contents = readKeyFile(file);
  const key = parseKey(contents.key);
  asSigningScheme(key.scheme);
  const pkcs8 = await decrypted(contents, secret, file);
  const privateKey = asPrivateKey(pkcs8, file);
  pkcs8.fill(0);
  if (!belongTogether(privateKey, key.object)) {
    throw fault('signer.key-file', file, 'its private key does not belong to its public key');
  }
  return new FileSigner(key, privateKey, file);
}

class FileSigner implements Signer {
  readonly key: PublicKey;
  readonly #file: string;
  #privateKey: KeyObject | undefined;

  constructor(key: PublicKey, privateKey: KeyObject, file: string) {
    this.key = key;
    this.#privateKey = privateKey;
    this.#file = file;
  }

  sign(bytes: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      resolve(this.#signNow(bytes));
    });
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#privateKey = undefined;
    return Promise.resolve();
  }

  /** A signature that does not verify (broken memory, say) could give the key away: keep it. */
  #signNow(bytes: Uint8Array): Uint8Array {
    if (this.#privateKey === undefined) {
      throw fault('signer.unavailable', this.#file, 'the key is closed');
    }
    const signature = signWith(this.#privateKey, asSigningScheme(this.key.scheme), bytes);
    if (verifySignature(this.key, bytes, signature)) return signature;
    throw fault('signer.wrong-key', this.#file, 'the signature does not verify');
  }
}

async function encrypted(key: PublicKey, pkcs8: Buffer, passphrase: string, cost: Cost) {
  const header = { format: keyFileFormat, key: key.json, encryption: newEncryption(cost) } as const;
  return { ...header, ciphertext: await seal(pkcs8, header, passphrase) };
}

async function decrypted(contents: KeyFile, secret: Secret, file: string): Promise<Buffer> {
  if ('unsafePlaintext' in contents) return Buffer.from(contents.unsafePlaintext, 'base64');
  const { ciphertext, ...header } = contents;
  return unseal(ciphertext, header, await secret(), path.basename(file));
}

function asPrivateKey(pkcs8: Buffer, file: string): KeyObject {
  try {
    return importPrivateKey(pkcs8);
  } catch (cause) {
    throw fault('signer.key-file', file, 'it holds no private key', { cause });
  }
}
