import { isUtf8 } from 'node:buffer';
import { fault, visible } from '../../error/error.ts';
import { objectId, type ObjectId } from '../object-id.ts';

/**
 * Trees are read from their own bytes and not through ls-tree or diff-tree: both of these rewrite
 * modes (100664 is shown as 100644), and a tree that differs in nothing else shows no difference.
 */

/** One entry of one tree object, its name without the folders above. */
export interface TreeItem {
  readonly name: Buffer;
  readonly mode: string;
  readonly type: EntryType;
  readonly oid: ObjectId;
}

export type EntryType = 'blob' | 'tree' | 'commit';

/**
 * The entries of a tree object, in its order: `<mode> SP <name> NUL <20 bytes>` each.
 * @throws `repository.object` when it is malformed: cut short, a name that is empty, holds a slash or
 *   comes twice
 */
export function parseTree(bytes: Buffer, where: string): TreeItem[] {
  const items: TreeItem[] = [];
  const names = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const nul = bytes.indexOf(0, at);
    const end = nul + 21;
    if (space < at || nul < space || end > bytes.length) throw malformed(where, 'it is cut short');
    const item = treeItem(bytes.toString('latin1', at, space), bytes.subarray(space + 1, nul), {
      oid: bytes.toString('hex', nul + 1, end),
    });
    addName(names, item.name, where);
    items.push(item);
    at = end;
  }
  return items;
}

/** The name as text, or undefined when it is not UTF-8. A byte order mark is part of the name. */
export function decodePath(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** A path for people: printable whatever its bytes are. */
export function shownPath(bytes: Buffer): string {
  const text = decodePath(bytes);
  if (text !== undefined) return visible(text);
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function treeItem(storedMode: string, name: Buffer, { oid }: { oid: string }): TreeItem {
  const mode = shownMode(storedMode);
  return { name, mode, type: entryType(mode), oid: objectId(oid) };
}

/** Six digits as git shows them for what git itself writes; a mode padded otherwise stays visible. */
function shownMode(stored: string): string {
  return stored.startsWith('0') ? `0${stored}` : stored.padStart(6, '0');
}

function entryType(mode: string): EntryType {
  const format = Number.parseInt(mode, 8) & 0o170000;
  if (format === 0o040000) return 'tree';
  return format === 0o160000 ? 'commit' : 'blob';
}

function addName(names: Set<string>, name: Buffer, where: string): void {
  const key = name.toString('latin1');
  if (key === '' || key.includes('/')) throw malformed(where, 'it holds an impossible name');
  if (names.has(key)) throw malformed(where, `it holds ${shownPath(name)} twice`);
  names.add(key);
}

function malformed(where: string, why: string): Error {
  return fault('repository.object', where, `a malformed tree: ${why}`);
}
