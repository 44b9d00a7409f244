import { fault } from '../error/error.ts';

/** Names that metadata gives to roles and targets, and the file names made of them. */

/** A target path: `/`-separated, relative, as a targets role lists it. */
export type TargetPath = string & { readonly brand: 'TargetPath' };

export const topLevelRoles = ['root', 'timestamp', 'snapshot', 'targets'] as const;

/**
 * A role's name as part of one file name or URL segment: percent-encoded (RFC 3986, only unreserved
 * characters stay), so that no name leaves its folder.
 * @throws `name.form` for text that has no UTF-8 form
 */
export function roleFileName(name: string): string {
  if (/\p{Cs}/u.test(name)) throw fault('name.form', 'a role name', 'it is not valid Unicode');
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The path of a target under its hash: `dir/<hash>.<name>` (TUF 1.0.34 §6.2 consistent snapshots). */
export function hashedTargetPath(path: string, hash: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${hash}.${path.slice(slash)}`;
}

/** True when a target path stays inside the folder it is written to, on any file system. */
export function isSafeTargetPath(path: string): path is TargetPath {
  if (path === '' || path.includes('\\') || /[\p{Cc}\p{Cs}]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
