import path from 'node:path';
import { readSignerSettings, writeSignerSettings } from '../../core/home/signer-settings.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { nextVersion, withOnlineKey, type TestHome } from './home.ts';
import type { TestToken } from './softhsm.ts';

/** A new online key, in a token: the next root names it, and the signer holds it instead of its file. */
export async function moveOnlineKey(home: TestHome, token: TestToken): Promise<void> {
  const { module: pkcs11Module } = token;
  const uri = token.uri('online');
  const key = await generateKey(uri, 'ecdsa-sha2-nistp256', { pkcs11Module });
  await writeSignerSettings(home.paths.signer, { format: 1, keys: [uri], pkcs11Module });
  await nameOnlineKey(home, key);
}

/** One more key in a file, beside those that the signer holds. */
export async function addOnlineKey({ paths }: TestHome, name: string): Promise<PublicKey> {
  const file = `file:${path.join(paths.signer, `${name}.json`)}`;
  const key = await generateKey(file, 'ed25519', { unsafePlaintext: true });
  const { keys } = await readSignerSettings(paths.signer);
  await writeSignerSettings(paths.signer, { format: 1, keys: [...keys, `file:${name}.json`] });
  return key;
}

/** The next root names this online key alone. */
export async function nameOnlineKey(home: TestHome, key: PublicKey): Promise<void> {
  await home.commit((tree) => {
    nextVersion(tree, 'root', (signed) => withOnlineKey(signed, key));
  });
}
