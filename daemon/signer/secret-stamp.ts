import { stat } from 'node:fs/promises';
import path from 'node:path';
import { TufOnGitError } from '../../core/error/error.ts';
import {
  keyUris,
  readSignerSettings,
  signerSettingsFile,
} from '../../core/home/signer-settings.ts';
import { parseKeyUri } from '../../core/signers/key-uri.ts';

/**
 * Changes when the operator changes something that a refused PIN or passphrase may depend on: the
 * settings, a key file, a PIN file. Only their dates and sizes are looked at.
 * @param folder `HOME/signer`
 */
export async function secretStamp(folder: string): Promise<string> {
  const files = [signerSettingsFile(folder), ...(await namedFiles(folder))];
  return (await Promise.all(files.map(fileStamp))).join('\n');
}

/** None when the settings cannot be read: then a change of the settings themselves must do. */
async function namedFiles(folder: string): Promise<string[]> {
  try {
    const uris = keyUris(await readSignerSettings(folder));
    return uris.flatMap(filesOf).map((file) => path.resolve(folder, file));
  } catch (error) {
    if (error instanceof TufOnGitError) return [];
    throw error;
  }
}

function filesOf(text: string): string[] {
  const uri = parseKeyUri(text);
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
