import { existsSync } from 'node:fs';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { publicKeyOf, type PublicKey, type SigningScheme } from '../../core/metadata/keys.ts';
import { parseKeyUri } from '../../core/signers/key-uri.ts';
import { generateKey, type NewKey } from '../../core/signers/open-signer.ts';
import { writePublicKey } from '../../core/signers/public-key-file.ts';

export interface MadeKey {
  readonly key: PublicKey;
  /** For others to read, beside a file key; a token keeps its public key itself. */
  readonly publicKeyFile?: string;
}

/**
 * Makes a key; a file key gets its public half beside it, `alice.pub` for `alice.json`.
 * @throws `signer.key-exists` when either file is there, and as `generateKey`
 */
export async function makeKey(
  uri: string,
  scheme: SigningScheme,
  wanted: NewKey,
): Promise<MadeKey> {
  const parsed = parseKeyUri(uri);
  if (parsed.kind === 'pkcs11') {
    const { object } = await generateKey(uri, scheme, wanted);
    return { key: publicKeyOf(object, scheme, wanted.owner) };
  }
  const publicKeyFile = publicFileOf(path.resolve(wanted.folder ?? '.', parsed.path));
  refuseExisting(publicKeyFile);
  const key = await generateKey(uri, scheme, wanted);
  writePublicKey(publicKeyFile, key);
  return { key, publicKeyFile };
}

function publicFileOf(keyFile: string): string {
  const { dir, name, ext } = path.parse(keyFile);
  return path.join(dir, `${ext === '.json' ? name : name + ext}.pub`);
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw fault('signer.key-exists', file, 'there is a public key already, which is kept');
}
