import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { TufOnGitError } from '../../core/error/error.ts';
import {
  keyUris,
  readSignerSettings,
  signerSettingsFile,
} from '../../core/home/signer-settings.ts';
import { parseKeyUri, type KeyUri } from '../../core/signers/key-uri.ts';

/** What a descriptor holds may be another secret in each run of the daemon. */
const thisRun = randomBytes(8).toString('hex');

/**
 * Changes when the operator changes something that a refused PIN or passphrase may depend on: the
 * settings, a key file, a PIN file. Only their dates and sizes are looked at. A secret from a
 * descriptor is one of this run.
 * @param folder `HOME/signer`
 */
export async function secretStamp(folder: string): Promise<string> {
  const uris = await namedKeys(folder);
  const files = uris.flatMap(filesOf).map((file) => path.resolve(folder, file));
  const stamps = await Promise.all([signerSettingsFile(folder), ...files].map(fileStamp));
  const hasDescriptor = uris.some(({ pinSource }) => pinSource?.kind === 'fd');
  return [...stamps, ...(hasDescriptor ? [thisRun] : [])].join('\n');
}

/** None when the settings cannot be read: then a change of the settings themselves must do. */
async function namedKeys(folder: string): Promise<KeyUri[]> {
  try {
    return keyUris(await readSignerSettings(folder)).map(parseKeyUri);
  } catch (error) {
    if (error instanceof TufOnGitError) return [];
    throw error;
  }
}

function filesOf(uri: KeyUri): string[] {
  const source = uri.pinSource?.kind === 'file' ? [uri.pinSource.path] : [];
  return uri.kind === 'file' ? [uri.path, ...source] : source;
}

async function fileStamp(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [file, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${file} ${String(error.code)}`;
    throw error;
  }
}
