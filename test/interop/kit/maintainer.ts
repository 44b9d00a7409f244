import path from 'node:path';
import type { PublicKey, SigningScheme } from '../../../core/metadata/keys.ts';
import { generateKey, openSigner } from '../../../core/signers/open-signer.ts';
import type { Signer } from '../../../core/signers/signer.ts';

/** Somebody with a key in an unencrypted file. */
export interface Maintainer {
  readonly name: string;
  /** `file:…` */
  readonly uri: string;
  readonly key: PublicKey;
  readonly signer: Signer;
}

export async function newMaintainer(
  folder: string,
  name: string,
  scheme: SigningScheme,
): Promise<Maintainer> {
  const uri = `file:${path.join(folder, name)}.json`;
  const options = { owner: `@${name}`, rsaBits: 2048, unsafePlaintext: true };
  const key = await generateKey(uri, scheme, options);
  return { name, uri, key, signer: await openSigner(uri) };
}
