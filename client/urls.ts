import { hashedTargetPath, roleFileName } from '../core/metadata/names.ts';
import type { TargetInfo } from './target-info.ts';

/** A base as given, with exactly the slash that names are put behind. */
export function baseUrl(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** URL of a role's file; `version` where the repository has consistent snapshots, and for root. */
export function metadataFileUrl(base: string, role: string, version?: number): string {
  const prefix = version === undefined ? '' : `${version}.`;
  return `${base}${prefix}${roleFileName(role)}.json`;
}

/** URL of a target file, under its hash where the repository has consistent snapshots. */
export function targetFileUrl(base: string, info: TargetInfo, consistent: boolean): string {
  const hash = Object.values(info.hashes).find((digest) => /^[0-9a-fA-F]+$/.test(digest));
  const named = consistent && hash !== undefined;
  return `${base}${encodePath(named ? hashedTargetPath(info.path, hash) : info.path)}`;
}

/** A target path as URL path: what RFC 3986 allows in a segment stays readable, the rest is encoded. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/%(?:2[146BC]|3[ABD]|40)/g, decode))
    .join('/');
}

function decode(escaped: string): string {
  return decodeURIComponent(escaped);
}
