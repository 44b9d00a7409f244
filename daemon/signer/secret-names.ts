import path from 'node:path';
import { TufOnGitError } from '../../core/error/error.ts';
import { readSignerSettings } from '../../core/home/signer-settings.ts';
import {
  formatKeyUri,
  parseKeyUri,
  type KeyUri,
  type PinSource,
} from '../../core/signers/key-uri.ts';

/**
 * The secrets that these keys take, named without being read: a token or key file, with the place of
 * its PIN or passphrase. All keys of one token with one PIN file share one name.
 * @param folder `HOME/signer`
 * @param keys a delegated role, or '' for snapshot and timestamp
 * @returns none when the settings cannot be read or name no such keys
 */
export async function secretNames(folder: string, keys: string): Promise<readonly string[]> {
  const uris = await urisOf(folder, keys);
  return uris.flatMap((uri) => orNone(() => [secretName(parseKeyUri(uri), folder)]));
}

async function urisOf(folder: string, keys: string): Promise<readonly string[]> {
  const settings = await readSignerSettings(folder).catch((error: unknown) => {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  });
  if (keys === '') return settings?.keys ?? [];
  const uri = new Map(Object.entries(settings?.onlineRoles ?? {})).get(keys);
  return uri === undefined ? [] : [uri];
}

/** One URI that makes no sense leaves the secrets of the others known. */
function orNone(work: () => readonly string[]): readonly string[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof TufOnGitError) return [];
    throw error;
  }
}

function secretName(uri: KeyUri, folder: string): string {
  const pinSource =
    uri.pinSource === undefined ? {} : { pinSource: absolute(uri.pinSource, folder) };
  if (uri.kind === 'file') {
    return formatKeyUri({ kind: 'file', path: path.resolve(folder, uri.path), ...pinSource });
  }
  const serial = uri.serial === undefined ? {} : { serial: uri.serial };
  return formatKeyUri({ kind: 'pkcs11', token: uri.token, ...serial, ...pinSource });
}

function absolute(source: PinSource, folder: string): PinSource {
  return source.kind === 'fd' ? source : { kind: 'file', path: path.resolve(folder, source.path) };
}
