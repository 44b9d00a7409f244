import { fetchBytes } from '../../client/fetch-bytes.ts';
import { isAbsent, type Fetcher } from '../../client/fetcher.ts';
import { defaultLimits } from '../../client/limits.ts';
import { defaultRetry } from '../../client/retry.ts';
import { baseUrl, metadataFileUrl } from '../../client/urls.ts';
import { fault } from '../../core/error/error.ts';
import { firstRoot, requireFingerprint } from '../downloader/first-root.ts';
import type { Cli } from '../terminal/cli.ts';
import type { FetcherOptions } from '../terminal/fetcher-options.ts';
import type { ServedPlace } from './served-place.ts';

interface RootOptions extends FetcherOptions {
  readonly root?: string;
  readonly sha256?: string;
}

/**
 * The root that an audit from outside begins with: a file of whoever audits, or the first one of the
 * repository, known by its SHA-256. Nothing that is served vouches for itself.
 * @throws `usage.argument` without either, `root.not-pinned`, `download.*`
 */
export async function rootToVerifyBy(
  cli: Cli,
  { fetcher, metadataUrl }: ServedPlace,
  options: RootOptions,
): Promise<Uint8Array> {
  const { root, sha256 } = options;
  if (root !== undefined) return firstRoot(cli, root, options);
  if (sha256 === undefined) {
    throw fault('usage.argument', '--root', 'it is missing: which root do you trust?', {
      hint: 'as --root root.json, or --sha256 of the first root: its people have given you one of them',
    });
  }
  const url = metadataFileUrl(baseUrl(metadataUrl), 'root', 1);
  const bytes = await fetchFirst(url, fetcher);
  await requireFingerprint(url, bytes, { sha256 });
  return bytes;
}

async function fetchFirst(url: string, fetcher: Fetcher): Promise<Uint8Array> {
  try {
    return await fetchBytes({ fetcher, retry: defaultRetry }, url, defaultLimits.rootBytes);
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    throw fault('role.missing', url, 'the first root is not there', {
      hint: 'give the root that you trust by --root',
      cause,
    });
  }
}
