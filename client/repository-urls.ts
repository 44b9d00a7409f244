import { fault } from '../core/error/error.ts';
import { baseUrl } from './urls.ts';

/** Where a repository is served: mirrors in the order in which they are asked. */
export interface RepositoryUrls {
  readonly metadataUrls: readonly string[];
  readonly targetsUrls: readonly string[];
}

/** The places as a person gives them. */
export interface GivenUrls {
  /** Content URLs: what has `metadata/` and `targets/` below it. */
  readonly urls?: readonly string[];
  /** Where the metadata lies, for a repository that is laid out differently. */
  readonly metadataUrls?: readonly string[] | undefined;
  /** Where the target files lie, likewise. */
  readonly targetsUrls?: readonly string[] | undefined;
}

/** @throws `client.configuration` for what is no http or https URL, or when a place is missing */
export function repositoryUrls(given: GivenUrls): RepositoryUrls {
  const urls = {
    metadataUrls: given.metadataUrls ?? below(given, 'metadata'),
    targetsUrls: given.targetsUrls ?? below(given, 'targets'),
  };
  for (const [name, list] of Object.entries(urls)) {
    if (list.length === 0) {
      throw fault('client.configuration', name, 'it is not said where they are');
    }
    for (const url of list) requireHttp(url);
  }
  return urls;
}

/** Where a repository with this content URL has its metadata. @throws as `repositoryUrls` */
export function metadataBelow(url: string): string {
  requireHttp(url);
  return `${baseUrl(url)}metadata/`;
}

function below({ urls = [] }: GivenUrls, folder: string): readonly string[] {
  return urls.map((url) => `${baseUrl(url)}${folder}/`);
}

function requireHttp(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw fault('client.configuration', url, 'it is no http or https URL');
}
