/** Trust: how a repository comes to be trusted, and how a trusted one is opened. */
import { fault } from '../core/error/error.ts';
import { repositoryName } from '../core/metadata/repository-name.ts';
import { TrustedSet } from '../core/metadata/trusted-set.ts';
import { MetadataCache } from './cache.ts';
import { dataFolder } from './data-folder.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { Fetcher } from './fetcher.ts';
import { httpFetcher } from './http-fetcher.ts';
import { defaultLimits } from './limits.ts';
import { nearNames } from './near-names.ts';
import {
  readReplaceable,
  readRepositories,
  readRepository,
  repositoryPaths,
  writeRepository,
  type TrustedRepository,
} from './repository-record.ts';
import {
  metadataBelow,
  repositoryUrls,
  type GivenUrls,
  type RepositoryUrls,
} from './repository-urls.ts';
import { defaultRetry } from './retry.ts';
import { rootFingerprint } from './root-fingerprint.ts';
import { Updater, type UpdaterOptions } from './updater.ts';
import { metadataFileUrl } from './urls.ts';

/** Where the data folder is, when it is not the usual one. */
export interface Place {
  readonly dataDir?: string;
}

export interface TrustRequest extends Place, GivenUrls {
  readonly rootBytes: Uint8Array;
  /** Without it, the name in root's policy, else the host of the first metadata URL. */
  readonly name?: string;
  /** An absolute path: certificates, in PEM, by which its servers are trusted too. */
  readonly caFile?: string;
}

export interface TrustAnswer {
  readonly repository: TrustedRepository;
  readonly fingerprint: string;
  /** `same`: nothing has changed. `moved`: the repository was trusted already, its URLs are new. */
  readonly status: 'new' | 'same' | 'moved';
}

/**
 * Trusts a repository from this root on.
 * @throws `role.threshold` and the like for a bad root, `client.already-trusted` when the name
 *   stands for another root, `client.configuration` for a bad name or URL
 */
export async function trustRepository(request: TrustRequest): Promise<TrustAnswer> {
  const { rootBytes, caFile, dataDir = dataFolder() } = request;
  const { root } = TrustedSet.fromRoot(rootBytes, { referenceTime: new Date(0) });
  const urls = repositoryUrls(request);
  const name = request.name ?? repositoryName(root) ?? hostOf(urls);
  const certificates = caFile === undefined ? {} : { caFile };
  const repository = { ...repositoryPaths(dataDir, name), ...urls, ...certificates };
  const known = await readReplaceable(dataDir, name);
  const before = known !== undefined && (await hasRoot(known)) ? known : undefined;
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
  if (name !== undefined) return (await readRepository(dataDir, name)) ?? notThere(dataDir, name);
  const [first, ...more] = await readRepositories(dataDir);
  if (first === undefined) throw notTrusted(dataDir);
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
  { metadataDir, metadataUrls, targetsUrls }: TrustedRepository,
  options: Omit<UpdaterOptions, 'metadataDir' | 'metadataUrl' | 'targetsUrl'> = {},
): Updater {
  const urls = { metadataUrl: metadataUrls, targetsUrl: targetsUrls };
  return new Updater({ ...options, metadataDir, ...urls });
}

/**
 * The first root that a server offers, verified by nothing.
 * @param url a content URL, or that of the root's own file, which ends in `.json`
 * @throws `download.*`, `client.configuration`
 */
export function fetchFirstRoot(
  url: string,
  options: { readonly fetcher?: Fetcher } = {},
): Promise<Uint8Array> {
  const source = { fetcher: options.fetcher ?? httpFetcher(), retry: defaultRetry };
  const isFile = url.endsWith('.json');
  const file = isFile ? url : metadataFileUrl(metadataBelow(url), 'root', 1);
  return fetchBytes(source, file, defaultLimits.rootBytes);
}

/** False when nothing is left that the trust could go on from. */
async function hasRoot({ metadataDir }: TrustedRepository): Promise<boolean> {
  const cache = new MetadataCache(metadataDir);
  return ((await cache.readAnchor()) ?? (await cache.read('root'))) !== undefined;
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
  const [was, is] = [before, now].map(({ metadataUrls, targetsUrls, caFile }) =>
    JSON.stringify([metadataUrls, targetsUrls, caFile]),
  );
  return was === is ? 'same' : 'moved';
}

function hostOf({ metadataUrls: [first = ''] }: RepositoryUrls): string {
  return new URL(first).hostname;
}

async function notThere(dataDir: string, name: string): Promise<never> {
  const names = (await readRepositories(dataDir)).map((repository) => repository.name);
  const near = nearNames(name, names);
  const offer = near.length > 0 ? `did you mean ${near.join(', ')}` : undefined;
  throw notTrusted(name, offer);
}

function notTrusted(
  where: string,
  hint = "run 'tuf-on-git trust' with a root that you have checked",
) {
  return fault('client.not-trusted-yet', where, 'no such repository is trusted yet', { hint });
}
