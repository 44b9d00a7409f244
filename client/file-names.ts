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
export function flatName(text: string, platform = process.platform): string {
  const name = localName(roleFileName(text), platform);
  if (name.length <= longestName) return name;
  const hash = createHash('sha256').update(text).digest('hex');
  return `${name.slice(0, longestName - hash.length - 1)}~${hash}`;
}

function encodeFirst(name: string): string {
  return encodeCharacter(name) + name.slice(1);
}

/** What Windows takes for a device, whatever follows the first dot. */
const device =
  /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(?=\s*(?:\.|$))/i;

/**
 * A part of a target path as the file system here can have it: as it is, but on Windows what means
 * something else there (a device, a stream, a dot or space that goes missing) is percent-encoded.
 * @param part without `/`, `\` and control characters, neither `.` nor `..`
 */
export function localName(part: string, platform = process.platform): string {
  if (platform !== 'win32') return part;
  return part.replace(/[<>:"|?*]|[. ]$/g, encodeCharacter).replace(device, encodeFirst);
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
