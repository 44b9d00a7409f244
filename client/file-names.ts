import { createHash } from 'node:crypto';
import { roleFileName, topLevelRoles } from '../core/metadata/names.ts';

/** Names of files on disk, made of names in metadata: safe and distinct on every file system. */

const longestName = 200;

/** The cache's file for a role. A delegated `Root` must not meet `root` where case does not count. */
export function cacheFileName(role: string): string {
  const isTopLevel = topLevelRoles.some((name) => name === role);
  const looksTopLevel = topLevelRoles.some((name) => name === role.toLowerCase());
  return `${!isTopLevel && looksTopLevel ? encodeFirst(role) : flatName(role)}.json`;
}

/** Any text as one file name: percent-encoded, and cut and hashed where it would be too long. */
export function flatName(text: string): string {
  const name = roleFileName(text);
  if (name.length <= longestName) return name;
  const hash = createHash('sha256').update(text).digest('hex');
  return `${name.slice(0, longestName - hash.length - 1)}~${hash}`;
}

function encodeFirst(role: string): string {
  return `%${role.charCodeAt(0).toString(16).toUpperCase()}${role.slice(1)}`;
}
