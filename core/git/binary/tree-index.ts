import { fault } from '../../error/error.ts';
import { parseTree, type TreeItem } from './tree-object.ts';

/**
 * A tree object in which names are found by bisection: of 16,384 entries only those that are asked
 * for are decoded. Where they begin is found byte by byte: to ask Buffer about every one of them
 * takes five times as long.
 */
export class TreeIndex {
  readonly #bytes: Buffer;
  readonly #where: string;
  /** Where each entry begins, and behind the last one where the tree ends. */
  readonly #starts: Uint32Array;

  /** @throws `repository.object` when it is cut short or out of order: git sorts names as bytes */
  constructor(bytes: Buffer, where: string) {
    this.#bytes = bytes;
    this.#where = where;
    this.#starts = entryStarts(bytes, where);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /** The entry of this name, be it a file or a folder. */
  find(name: string): TreeItem | undefined {
    return this.#search(Buffer.from(name)) ?? this.#search(Buffer.from(`${name}/`));
  }

  items(): TreeItem[] {
    return parseTree(this.#bytes, this.#where);
  }

  #search(key: Buffer): TreeItem | undefined {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#sortKey(middle).compare(key);
      if (order === 0) return this.#item(middle);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #item(index: number): TreeItem | undefined {
    const [start, end] = [this.#starts[index], this.#starts[index + 1]];
    return parseTree(this.#bytes.subarray(start, end), this.#where)[0];
  }

  /** git sorts a folder as if its name ended in a slash. */
  #sortKey(index: number): Buffer {
    const start = this.#starts[index] ?? 0;
    const end = (this.#starts[index + 1] ?? 0) - 21;
    const space = this.#bytes.indexOf(0x20, start);
    const name = this.#bytes.subarray(space + 1, end);
    return isFolder(this.#bytes, start) ? Buffer.concat([name, slash]) : name;
  }
}

const slash = Buffer.from('/');

/** Space, NUL and object id: what an entry has at the least. */
const leastEntry = 22;

/** Entries are `<mode> SP <name> NUL <20 bytes>`. */
function entryStarts(bytes: Buffer, where: string): Uint32Array {
  const starts = new Uint32Array(Math.floor(bytes.length / leastEntry) + 1);
  let count = 0;
  let before = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    const next = behind(bytes, behind(bytes, at, 0x20), 0) + 20;
    if (next > bytes.length) throw malformed(where, 'it is cut short');
    if (count > 0 && !isInOrder(bytes, before, at)) {
      throw malformed(where, 'its names are out of order');
    }
    starts[count] = at;
    before = at;
    at = next;
  }
  starts[count] = bytes.length;
  return starts.subarray(0, count + 1);
}

/** The position behind the next such byte. */
function behind(bytes: Buffer, from: number, byte: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== byte) at += 1;
  return at + 1;
}

/** Whether the name of the one entry comes before that of the other. */
function isInOrder(bytes: Buffer, one: number, other: number): boolean {
  let left = behind(bytes, one, 0x20);
  let right = behind(bytes, other, 0x20);
  while (bytes[left] === bytes[right] && bytes[left] !== 0) {
    left += 1;
    right += 1;
  }
  return sortByte(bytes, one, left) < sortByte(bytes, other, right);
}

/** One byte of a name, or what stands for its end: a slash behind a folder. */
function sortByte(bytes: Buffer, entry: number, at: number): number {
  const byte = bytes[at] ?? 0;
  return byte === 0 && isFolder(bytes, entry) ? 0x2f : byte;
}

function isFolder(bytes: Buffer, entry: number): boolean {
  return bytes[entry] === 0x34;
}

function malformed(where: string, why: string): Error {
  return fault('repository.object', where, `a malformed tree: ${why}`);
}
