import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { nextVersion, withOnlineKey, type TestHome } from './home.ts';
import type { TestToken } from './softhsm.ts';

/** A new online key, in a token: the next root names it, and the signer holds it instead of its file. */
export async function moveOnlineKey(home: TestHome, token: TestToken): Promise<void> {
  const { module: pkcs11Module } = token;
  const uri = token.uri('online');
  const key = await generateKey(uri, 'ecdsa-sha2-nistp256', { pkcs11Module });
  await writeSignerSettings(home.paths.signer, { format: 1, keys: [uri], pkcs11Module });
  await home.commit((tree) => {
    nextVersion(tree, 'root', (signed) => withOnlineKey(signed, key));
  });
}
