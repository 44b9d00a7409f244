import path from 'node:path';
import { fault } from '../error/error.ts';
import type { PublicKey, SigningScheme } from '../metadata/keys.ts';
import { createFileKey, openFileKey, readFileKey } from './file-key.ts';
import { parseKeyUri, type KeyUri, type TokenKeyUri } from './key-uri.ts';
import { generateTokenKey } from './pkcs11/generate-token-key.ts';
import { listTokenKeys, showTokenKey, type ListedKey } from './pkcs11/list-keys.ts';
import { openTokenKey } from './pkcs11/token-signer.ts';
import { secretFrom, type Secret, type SecretPrompt } from './secret.ts';
import type { Signer } from './signer.ts';

/** What it takes to reach a key beside its URI. */
export interface KeyAccess {
  /** File of the PKCS#11 module; keys in tokens need it. */
  readonly pkcs11Module?: string | undefined;
  /** Asks for a PIN or passphrase when the URI names no source for it. */
  readonly secret?: SecretPrompt | undefined;
  /**
   * Secrets that were read or asked for by now, by what they belong to: a descriptor can be read only
   * once, and nobody is asked twice for the PIN of one token. Absent: each key has its own.
   */
  readonly secrets?: Map<string, Secret> | undefined;
  /** What relative paths in the URI are relative to; the current folder by default. */
  readonly folder?: string | undefined;
  /** Is told what is worth knowing about a key: that it could leave its token, say. */
  readonly notice?: ((text: string) => void) | undefined;
}

export interface NewKey extends KeyAccess {
  /** Of a file key: becomes `x-tuf-on-ci-keyowner`, and so part of the keyid. */
  readonly owner?: string | undefined;
  /** 2048 to 8192; 3072 by default. */
  readonly rsaBits?: number | undefined;
  /** Of a file key: writes the private key as it is. */
  readonly unsafePlaintext?: boolean | undefined;
}

/**
 * Opens the private key that a URI names.
 * @throws `signer.*`: of the URI, the secret, the file, or the token
 */
export async function openSigner(uri: string, access: KeyAccess = {}): Promise<Signer> {
  const parsed = parseKeyUri(uri);
  const secret = secretOf(parsed, access);
  if (parsed.kind === 'file') return openFileKey(fileOf(parsed.path, access), secret);
  return openTokenKey(parsed, moduleOf(parsed, access), secret, access.notice);
}

/**
 * Makes the key that a URI names, encrypted in a file or inside a token.
 * @throws `signer.key-exists` when there is one already, and as `openSigner`
 */
export async function generateKey(
  uri: string,
  scheme: SigningScheme,
  options: NewKey = {},
): Promise<PublicKey> {
  const parsed = parseKeyUri(uri);
  const secret = secretOf(parsed, options);
  if (parsed.kind === 'file') {
    return createFileKey(fileOf(parsed.path, options), scheme, secret, options);
  }
  return generateTokenKey(parsed, moduleOf(parsed, options), secret, scheme, options.rsaBits);
}

/** The public key that a URI names, without a secret where that can be. @throws as `openSigner` */
export async function showKey(uri: string, access: KeyAccess = {}): Promise<PublicKey> {
  const parsed = parseKeyUri(uri);
  if (parsed.kind === 'file') return readFileKey(fileOf(parsed.path, access));
  return showTokenKey(parsed, moduleOf(parsed, access), secretOf(parsed, access));
}

/** The keys of all tokens of `access.pkcs11Module`. @throws `signer.module`, `signer.unavailable` */
export async function listKeys(access: KeyAccess): Promise<ListedKey[]> {
  return listTokenKeys(moduleOf('key list', access));
}

function secretOf(uri: KeyUri, access: KeyAccess): Secret {
  const { secret: prompt, secrets, folder } = access;
  const place = secretPlace(uri, access);
  const what =
    uri.kind === 'file' ? `passphrase of ${path.basename(uri.path)}` : `PIN of token ${uri.token}`;
  const secret = secrets?.get(place) ?? secretFrom(uri.pinSource, what, { prompt, folder });
  secrets?.set(place, secret);
  return secret;
}

/** The same for two keys that have one secret: of one token, or named with one descriptor. */
function secretPlace(uri: KeyUri, access: KeyAccess): string {
  const { pinSource } = uri;
  if (pinSource?.kind === 'fd') return `fd:${pinSource.fd}`;
  if (pinSource !== undefined) return `pin:${fileOf(pinSource.path, access)}`;
  if (uri.kind === 'file') return `file:${fileOf(uri.path, access)}`;
  return `token:${uri.token}:${uri.serial ?? ''}`;
}

function fileOf(file: string, { folder = '.' }: KeyAccess): string {
  return path.resolve(folder, file);
}

function moduleOf(key: TokenKeyUri | string, { pkcs11Module }: KeyAccess): string {
  if (pkcs11Module !== undefined) return pkcs11Module;
  const where = typeof key === 'string' ? key : `token ${key.token}`;
  throw fault('signer.module', where, 'no PKCS#11 module is set', {
    hint: 'name it with --pkcs11-module, as /usr/lib/softhsm/libsofthsm2.so',
  });
}
