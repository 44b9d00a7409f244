import type { Handle } from 'pkcs11js';
import { TufOnGitError } from '../../error/error.ts';
import type { PublicKey } from '../../metadata/keys.ts';
import { keyName, type TokenKeyUri } from '../key-uri.ts';
import type { Secret } from '../secret.ts';
import { tokenFault } from './errors.ts';
import { findPrivateKey, findPublicKey, publicKeyOfPrivate } from './find-key.ts';
import { login } from './login.ts';
import { useModule, type Pkcs11Module } from './module.ts';
import { attribute, findObjects } from './objects.ts';
import { readPublicKey } from './public-key.ts';
import { findToken, listTokens, type Token } from './token.ts';

/** A key that a token shows without its PIN. */
export interface ListedKey {
  /** Names exactly this key: token, serial number, label and id. */
  readonly uri: string;
  readonly token: string;
  readonly serial: string;
  readonly label: string;
  readonly key: PublicKey;
}

/**
 * The public keys of all tokens of a module, of the kinds that are signed with here.
 * @throws `signer.module`, `signer.unavailable`
 */
export async function listTokenKeys(moduleFile: string): Promise<ListedKey[]> {
  const module = await useModule(moduleFile);
  try {
    return await module.persistently(async () => {
      const keys: ListedKey[] = [];
      for (const token of listTokens(module)) keys.push(...(await keysOf(module, token)));
      return keys;
    });
  } catch (error) {
    throw tokenFault(error, moduleFile);
  } finally {
    module.release();
  }
}

/**
 * The public key that a URI names. The token is only logged into when it shows no such public key
 * without.
 * @throws as opening the key does
 */
export async function showTokenKey(
  uri: TokenKeyUri,
  moduleFile: string,
  pin: Secret,
): Promise<PublicKey> {
  const module = await useModule(moduleFile);
  try {
    return await module.persistently(async () => {
      const token = findToken(module, uri);
      return await module.withSession(token.slot, 'read', async (session) => {
        const shown = findPublicKey(module, session, uri);
        if (shown !== undefined) return shown;
        await login(module, token, session, pin);
        return publicKeyOfPrivate(module, session, uri, findPrivateKey(module, session, uri));
      });
    });
  } catch (error) {
    throw tokenFault(error, keyName(uri));
  } finally {
    module.release();
  }
}

function keysOf(module: Pkcs11Module, token: Token): Promise<ListedKey[]> {
  return module.withSession(token.slot, 'read', (session) => {
    const { CKA_CLASS, CKO_PUBLIC_KEY } = module.constants;
    const objects = findObjects(module, session, [{ type: CKA_CLASS, value: CKO_PUBLIC_KEY }]);
    return objects.flatMap((object) => listed(module, token, session, object) ?? []);
  });
}

/** Undefined for a key of another kind, which is no fault of the token. */
function listed(
  module: Pkcs11Module,
  { label: token, serial }: Token,
  session: Handle,
  object: Handle,
): ListedKey | undefined {
  const { CKA_LABEL, CKA_ID } = module.constants;
  const label = attribute(module, session, object, CKA_LABEL)?.toString('utf8') ?? '';
  const id = attribute(module, session, object, CKA_ID)?.toString('hex');
  const uri: TokenKeyUri = {
    kind: 'pkcs11',
    token,
    serial,
    ...(label === '' ? {} : { object: label }),
    ...(id === undefined ? {} : { id }),
  };
  try {
    const key = readPublicKey(module, session, object, keyName(uri));
    return key === undefined ? undefined : { uri: keyName(uri), token, serial, label, key };
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'signer.unsupported') return undefined;
    throw error;
  }
}
