/** Where a repository is audited from outside: a server, or a folder as one serves it. */
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Fetcher } from '../../client/fetcher.ts';
import { repositoryUrls } from '../../client/repository-urls.ts';
import type { Cli } from '../terminal/cli.ts';
import { fetcherFor, type FetcherOptions } from '../terminal/fetcher-options.ts';
import { folderFetcher } from './folder-fetcher.ts';

export interface ServedPlace {
  readonly fetcher: Fetcher;
  readonly metadataUrl: string;
  /** Undefined where no target files are: a folder of metadata alone. */
  readonly targetsUrl: string | undefined;
}

/**
 * Undefined for what is neither a URL nor a folder with a timestamp: a HOME, or nothing.
 * @param place a content URL; or a folder of metadata, or one with `metadata` and `targets` in it
 */
export async function servedPlace(
  cli: Cli,
  place: string,
  options: FetcherOptions,
): Promise<ServedPlace | undefined> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
    const { metadataUrls, targetsUrls } = repositoryUrls({ urls: [place] });
    const [metadataUrl = '', targetsUrl] = [...metadataUrls, ...targetsUrls];
    return { fetcher: await fetcherFor(cli, options), metadataUrl, targetsUrl };
  }
  return servedFolder(path.resolve(cli.cwd, place));
}

export function isHome(folder: string): Promise<boolean> {
  return isThere(path.join(folder, 'config.json'));
}

async function servedFolder(folder: string): Promise<ServedPlace | undefined> {
  if (await isHome(folder)) return undefined;
  const fetcher = folderFetcher(folder);
  for (const metadata of [path.join(folder, 'metadata'), folder]) {
    if (!(await isThere(path.join(metadata, 'timestamp.json')))) continue;
    const targets = path.join(folder, 'targets');
    const hasTargets = metadata !== folder && (await isFolder(targets));
    return { fetcher, metadataUrl: metadata, targetsUrl: hasTargets ? targets : undefined };
  }
  return undefined;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
