/** Trust: how a repository comes to be trusted, and how a trusted one is opened. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { repositoryName } from '../core/metadata/repository-name.ts';
import { TrustedSet } from '../core/metadata/trusted-set.ts';
import { MetadataCache } from './cache.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { Fetcher } from './fetcher.ts';
import { httpFetcher } from './http-fetcher.ts';
import { defaultLimits } from './limits.ts';
import {
  readRepositories,
  readRepository,
  repositoryPaths,
  writeRepository,
  type TrustedRepository,
} from './repository-record.ts';
import { defaultRetry } from './retry.ts';
import { Updater, type UpdaterOptions } from './updater.ts';
import { baseUrl, metadataFileUrl } from './urls.ts';

/** Where the data folder is, when it is not the usual one. */
export interface Place {
  readonly dataDir?: string;
}

export interface TrustRequest extends Place {
  readonly rootBytes: Uint8Array;
  /** The repository's content URL, with `metadata/` and `targets/` below it. */
  readonly url: string;
  /** Without it, the name in root's policy, else the host of the URL. */
  readonly name?: string;
}

export interface TrustAnswer {
  readonly repository: TrustedRepository;
  readonly fingerprint: string;
  /** `same`: nothing has changed. `moved`: the repository was trusted already, its URL is new. */
  readonly status: 'new' | 'same' | 'moved';
}

/**
 * Trusts a repository from this root on.
 * @throws `role.threshold` and the like for a bad root, `client.already-trusted` when the name
 *   stands for another root, `client.configuration` for a bad name or URL
 */
export async function trustRepository(request: TrustRequest): Promise<TrustAnswer> {
  const { rootBytes, dataDir = dataFolder() } = request;
  const { root } = TrustedSet.fromRoot(rootBytes, { referenceTime: new Date(0) });
  const urls = urlsBelow(request.url);
  const name = request.name ?? repositoryName(root) ?? new URL(request.url).hostname;
  const repository = { ...repositoryPaths(dataDir, name), ...urls };
  const before = await readRepository(dataDir, name);
  if (before === undefined) {
    await Updater.init(repository.metadataDir, rootBytes);
  } else {
    await requireSameRoot(before, rootBytes);
  }
  const status = statusOf(before, repository);
  if (status !== 'same') await writeRepository(repository);
  return { repository, fingerprint: rootFingerprint(rootBytes), status };
}

/**
 * The trusted repository of that name; without a name, the only one there is.
 * @throws `client.not-trusted-yet`, `client.ambiguous`
 */
export async function openTrusted(name?: string, place: Place = {}): Promise<TrustedRepository> {
  const { dataDir = dataFolder() } = place;
  if (name !== undefined) return (await readRepository(dataDir, name)) ?? notTrusted(name);
  const [first, ...more] = await readRepositories(dataDir);
  if (first === undefined) return notTrusted(dataDir);
  if (more.length === 0) return first;
  const names = [first, ...more].map((repository) => repository.name).join(', ');
  throw fault('client.ambiguous', names, 'several repositories are trusted', {
    hint: 'say which one is meant',
  });
}

/** All trusted repositories, by name. */
export function listTrusted(place: Place = {}): Promise<readonly TrustedRepository[]> {
  return readRepositories(place.dataDir ?? dataFolder());
}

/** A new updater for a trusted repository. */
export function updaterFor(
  { metadataDir, metadataUrl, targetsUrl }: TrustedRepository,
  options: Omit<UpdaterOptions, 'metadataDir' | 'metadataUrl' | 'targetsUrl'> = {},
): Updater {
  return new Updater({ ...options, metadataDir, metadataUrl, targetsUrl });
}

/** The first root that a server offers, verified by nothing. @throws `download.*` */
export function fetchFirstRoot(
  url: string,
  options: { readonly fetcher?: Fetcher } = {},
): Promise<Uint8Array> {
  const source = { fetcher: options.fetcher ?? httpFetcher(), retry: defaultRetry };
  const { metadataUrl } = urlsBelow(url);
  return fetchBytes(source, metadataFileUrl(metadataUrl, 'root', 1), defaultLimits.rootBytes);
}

/** SHA-256 of a root's file, in hex: what people compare before they trust. */
export function rootFingerprint(root: Uint8Array): string {
  return createHash('sha256').update(root).digest('hex');
}

/** `TUF_ON_GIT_DATA`, else the platform's folder for a user's data. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['TUF_ON_GIT_DATA']) return path.resolve(env['TUF_ON_GIT_DATA']);
  const base = env['XDG_DATA_HOME'] ?? '';
  // the XDG specification has relative paths ignored
  if (path.isAbsolute(base)) return path.join(base, 'tuf-on-git');
  return path.join(homedir(), '.local', 'share', 'tuf-on-git');
}

function urlsBelow(url: string): { metadataUrl: string; targetsUrl: string } {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw fault('client.configuration', url, 'it is no http or https URL');
  }
  return { metadataUrl: `${baseUrl(url)}metadata/`, targetsUrl: `${baseUrl(url)}targets/` };
}

async function requireSameRoot(before: TrustedRepository, rootBytes: Uint8Array): Promise<void> {
  const anchor = await new MetadataCache(before.metadataDir).readAnchor();
  if (anchor !== undefined && Buffer.compare(anchor, rootBytes) === 0) return;
  const known = anchor === undefined ? 'a root that is lost' : rootFingerprint(anchor).slice(0, 16);
  throw fault('client.already-trusted', before.name, `it is trusted from another root (${known})`, {
    hint: `trust the new one under another name, or remove ${before.folder} first`,
  });
}

function statusOf(
  before: TrustedRepository | undefined,
  now: TrustedRepository,
): TrustAnswer['status'] {
  if (before === undefined) return 'new';
  const isSame = before.metadataUrl === now.metadataUrl && before.targetsUrl === now.targetsUrl;
  return isSame ? 'same' : 'moved';
}

function notTrusted(where: string): never {
  throw fault('client.not-trusted-yet', where, 'no such repository is trusted yet', {
    hint: "run 'tuf-on-git trust' with a root that you have checked",
  });
}
