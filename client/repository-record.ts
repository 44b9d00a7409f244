/**
 * The repositories that a user trusts, on disk: one folder each below the data folder, named like
 * the repository, with `repository.json` (where it is) and `metadata/` (what was verified).
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { isObject, type JsonValue } from '../core/metadata/json.ts';
import type { RepositoryUrls } from './repository-urls.ts';
import { readIfThere, replaceFile, storageFault } from './storage.ts';

/** What `repository.json` holds: how the repository is reached. */
export interface RepositoryRecord extends RepositoryUrls {
  /** A file of certificates, in PEM, that its servers are trusted by beside the usual ones. */
  readonly caFile?: string;
}

export interface TrustedRepository extends RepositoryRecord {
  readonly name: string;
  readonly folder: string;
  readonly metadataDir: string;
}

/** The paths of a repository of that name. @throws `client.configuration` when it is no folder's name */
export function repositoryPaths(dataDir: string, name: string) {
  if (!isName(name)) {
    throw fault('client.configuration', name, 'a name has letters, digits and ._-, at most 100', {
      hint: 'give the repository a name of your own',
    });
  }
  const folder = path.join(dataDir, name);
  return { name, folder, metadataDir: path.join(folder, 'metadata') };
}

/** Undefined when no such repository is trusted. @throws `client.configuration`, `client.storage` */
export async function readRepository(
  dataDir: string,
  name: string,
): Promise<TrustedRepository | undefined> {
  const paths = repositoryPaths(dataDir, name);
  const file = recordFile(paths.folder);
  const bytes = await readIfThere(file);
  return bytes && { ...paths, ...parseRecord(Buffer.from(bytes).toString(), file) };
}

/**
 * As `readRepository`, for who is about to write the record: where it is damaged, the repository has
 * no URLs. @throws `client.storage`
 */
export async function readReplaceable(
  dataDir: string,
  name: string,
): Promise<TrustedRepository | undefined> {
  try {
    return await readRepository(dataDir, name);
  } catch (error) {
    if (!(error instanceof TufOnGitError && error.code === 'client.configuration')) throw error;
    return { ...repositoryPaths(dataDir, name), metadataUrls: [], targetsUrls: [] };
  }
}

/** Every trusted repository, by name. */
export async function readRepositories(dataDir: string): Promise<readonly TrustedRepository[]> {
  const names = await folderNames(dataDir);
  const found = await Promise.all(names.map((name) => readRepository(dataDir, name)));
  return found.filter((repository) => repository !== undefined);
}

export async function writeRepository(repository: TrustedRepository): Promise<void> {
  const { folder, metadataUrls, targetsUrls, caFile } = repository;
  const text = `${JSON.stringify({ metadataUrls, targetsUrls, caFile }, null, 2)}\n`;
  await replaceFile(recordFile(folder), async (handle) => {
    await handle.writeFile(text);
  });
}

function isName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
}

function recordFile(folder: string): string {
  return path.join(folder, 'repository.json');
}

function parseRecord(text: string, file: string): RepositoryRecord {
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw damaged(file, 'it is not JSON', cause);
  }
  // Before there were mirrors, a record held one `metadataUrl` and one `targetsUrl`.
  const {
    metadataUrl,
    targetsUrl,
    metadataUrls = [metadataUrl],
    targetsUrls = [targetsUrl],
    caFile,
  } = isObject(json) ? json : {};
  const isGood = isUrls(metadataUrls) && isUrls(targetsUrls) && isTextOrNone(caFile);
  if (isGood) return { metadataUrls, targetsUrls, ...(caFile === undefined ? {} : { caFile }) };
  throw damaged(file, 'it must hold metadataUrls and targetsUrls');
}

/** What was verified of the repository lies beside it, and is not lost. */
function damaged(file: string, message: string, cause?: unknown) {
  const hint = 'trust the repository again, under this name and by the root of the first time';
  return fault('client.configuration', file, message, { hint, cause });
}

function isUrls(value: unknown): value is readonly string[] {
  const isUrl = (entry: unknown) => typeof entry === 'string' && URL.canParse(entry);
  return Array.isArray(value) && value.length > 0 && value.every(isUrl);
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

async function folderNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && isName(entry.name));
    return folders.map(({ name }) => name).toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw storageFault(folder, error);
  }
}
