import { parseTree, type TreeItem } from './tree-object.ts';

/** The entries of two tree objects between what they begin and what they end with in common. */
export interface Difference {
  readonly before: readonly TreeItem[];
  readonly after: readonly TreeItem[];
}

/**
 * Cuts off what two trees have in common at both ends before anything is parsed: one changed file
 * among 16,384 of its folder then costs a comparison of bytes and one entry.
 * @throws `repository.object` for a malformed tree, a name that comes twice among them
 */
export function differingItems(before: Buffer, after: Buffer, where: string): Difference {
  const [endBefore, endAfter, start] = differingRange(before, after);
  const items = parseTree(after.subarray(start, endAfter), where);
  if (mayRepeat(after, items)) parseTree(after, where);
  return { before: parseTree(before.subarray(start, endBefore), where), after: items };
}

/** Where the difference ends in each tree, and where it begins in both: all between two entries. */
function differingRange(before: Buffer, after: Buffer): [number, number, number] {
  const start = entryStart(after, commonPrefix(before, after));
  const tail = commonSuffix(before.subarray(start), after.subarray(start));
  let endBefore = entryEnd(before, start, before.length - tail);
  let endAfter = entryEnd(after, start, after.length - tail);
  // The same bytes may be cut into entries differently: go on until both are cut at one place.
  while (before.length - endBefore !== after.length - endAfter) {
    if (before.length - endBefore > after.length - endAfter) {
      endBefore = entryEnd(before, endBefore, endBefore + 1);
    } else {
      endAfter = entryEnd(after, endAfter, endAfter + 1);
    }
  }
  return [endBefore, endAfter, start];
}

/** The start of the entry that holds a byte. One that is cut short is not over at its last byte. */
function entryStart(bytes: Buffer, position: number): number {
  let at = 0;
  for (let next = nextEntry(bytes, at); next <= position && at < next;) {
    at = next;
    next = nextEntry(bytes, at);
  }
  return at;
}

/** The first end of an entry at or after a position; one that is cut short ends with the bytes. */
function entryEnd(bytes: Buffer, start: number, position: number): number {
  let at = start;
  while (at < position) at = nextEntry(bytes, at);
  return Math.min(at, bytes.length);
}

/** An entry ends 20 bytes after its NUL; beyond the bytes when it is cut short. */
function nextEntry(bytes: Buffer, at: number): number {
  let nul = at;
  while (nul < bytes.length && bytes[nul] !== 0) nul += 1;
  return nul + 21;
}

function commonPrefix(one: Buffer, other: Buffer): number {
  let same = 0;
  let most = Math.min(one.length, other.length);
  while (same < most) {
    const middle = (same + most + 1) >>> 1;
    if (one.compare(other, same, middle, same, middle) === 0) same = middle;
    else most = middle - 1;
  }
  return same;
}

function commonSuffix(one: Buffer, other: Buffer): number {
  let same = 0;
  let most = Math.min(one.length, other.length);
  while (same < most) {
    const middle = (same + most + 1) >>> 1;
    const tail = other.subarray(other.length - middle, other.length - same);
    if (one.subarray(one.length - middle, one.length - same).equals(tail)) same = middle;
    else most = middle - 1;
  }
  return same;
}

/**
 * Whether a name of these entries may stand elsewhere in the tree too. An object id can look like a
 * name by chance, so this is a reason to look closely and no proof.
 */
function mayRepeat(tree: Buffer, items: readonly TreeItem[]): boolean {
  const fewEnough = 64;
  if (items.length > fewEnough) return true;
  return items.some(({ name }) => {
    const pattern = Buffer.concat([Buffer.from(' '), name, Buffer.from('\0')]);
    return tree.indexOf(pattern) !== tree.lastIndexOf(pattern);
  });
}
