import { TufOnGitError } from '../../core/error/error.ts';
import { keyUris, readSignerSettings } from '../../core/home/signer-settings.ts';
import { parseKeyUri } from '../../core/signers/key-uri.ts';

/**
 * The file descriptors that the signer's key URIs name as `pin-source=fd:N`: the daemon hands them
 * on and reads none of them. Settings that it cannot read are the signer's own business.
 */
export async function inheritedFds(signerFolder: string): Promise<readonly number[]> {
  try {
    const uris = keyUris(await readSignerSettings(signerFolder));
    const sources = uris.map((uri) => parseKeyUri(uri).pinSource);
    return [...new Set(sources.flatMap((source) => (source?.kind === 'fd' ? [source.fd] : [])))];
  } catch (error) {
    if (error instanceof TufOnGitError) return [];
    throw error;
  }
}
