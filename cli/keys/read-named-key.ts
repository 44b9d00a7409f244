import path from 'node:path';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { showKey, type KeyAccess } from '../../core/signers/open-signer.ts';
import { readPublicKey } from '../../core/signers/public-key-file.ts';

/** Whether a name is that of a private key; otherwise it is a file of a public one. */
export function isKeyUri(name: string): boolean {
  return /^(file|pkcs11):/.test(name);
}

/** The public key that a person names: by a key URI, or by a file that holds it. */
export function readNamedKey(name: string, access: KeyAccess): Promise<PublicKey> {
  if (isKeyUri(name)) return showKey(name, access);
  return readPublicKey(path.resolve(access.folder ?? '.', name));
}
