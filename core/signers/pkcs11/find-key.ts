import type { Handle, Template } from 'pkcs11js';
import { fault } from '../../error/error.ts';
import type { PublicKey } from '../../metadata/keys.ts';
import { keyName, type TokenKeyUri } from '../key-uri.ts';
import type { Pkcs11Module } from './module.ts';
import { attribute, findObjects } from './objects.ts';
import { readPublicKey } from './public-key.ts';

/**
 * The private key that the URI names, in a session that is logged in.
 * @throws `signer.key-not-found`, `signer.key-ambiguous`
 */
export function findPrivateKey(module: Pkcs11Module, session: Handle, uri: TokenKeyUri): Handle {
  const found = findObjects(module, session, template(module, uri, 'private'));
  const [only] = found;
  if (only === undefined) {
    throw fault('signer.key-not-found', keyName(uri), 'the token has no such private key', {
      hint: 'see: tuf-on-git key list',
    });
  }
  if (found.length > 1) throw ambiguous(module, session, uri, found);
  return only;
}

/**
 * The public key that belongs to a private one: of the public object with the same CKA_ID, or what
 * the private object itself shows. A signature proves it.
 * @throws `signer.key-not-found` when the token does not hold it, `signer.key-ambiguous`
 */
export function publicKeyOfPrivate(
  module: Pkcs11Module,
  session: Handle,
  uri: TokenKeyUri,
  privateKey: Handle,
): PublicKey {
  const id = attribute(module, session, privateKey, module.constants.CKA_ID)?.toString('hex');
  const { token } = uri;
  const names = id === undefined ? [uri] : [{ ...uri, id }, { kind: 'pkcs11', token, id } as const];
  for (const name of names) {
    const key = findPublicKey(module, session, name);
    if (key !== undefined) return key;
  }
  const key = readPublicKey(module, session, privateKey, keyName(uri));
  if (key !== undefined) return key;
  throw fault('signer.key-not-found', keyName(uri), 'the token does not hold its public key', {
    hint: 'import the public key into the token, with the same CKA_ID',
  });
}

/**
 * The public key that the URI names; undefined when this session shows none.
 * @throws `signer.key-ambiguous`
 */
export function findPublicKey(
  module: Pkcs11Module,
  session: Handle,
  uri: TokenKeyUri,
): PublicKey | undefined {
  const found = findObjects(module, session, template(module, uri, 'public'));
  const keys = found.flatMap(
    (object) => readPublicKey(module, session, object, keyName(uri)) ?? [],
  );
  const distinct = new Map(keys.map((key) => [key.fingerprint, key]));
  if (distinct.size > 1) throw ambiguous(module, session, uri, found);
  return keys[0];
}

function template(
  { constants }: Pkcs11Module,
  { object, id }: TokenKeyUri,
  half: 'private' | 'public',
): Template {
  const value = half === 'private' ? constants.CKO_PRIVATE_KEY : constants.CKO_PUBLIC_KEY;
  const wanted: Template = [{ type: constants.CKA_CLASS, value }];
  if (object !== undefined) wanted.push({ type: constants.CKA_LABEL, value: Buffer.from(object) });
  if (id !== undefined) wanted.push({ type: constants.CKA_ID, value: Buffer.from(id, 'hex') });
  return wanted;
}

function ambiguous(
  module: Pkcs11Module,
  session: Handle,
  uri: TokenKeyUri,
  found: readonly Handle[],
) {
  const ids = found.flatMap(
    (object) => attribute(module, session, object, module.constants.CKA_ID) ?? [],
  );
  const distinct = [...new Set(ids.map((id) => id.toString('hex').replace(/../g, '%$&')))];
  return fault('signer.key-ambiguous', keyName(uri), `${found.length} keys of the token fit`, {
    hint:
      distinct.length > 1
        ? `add one of id=${distinct.slice(0, 5).join(', id=')} to the key URI`
        : 'delete the others, or give each an id of its own',
  });
}
