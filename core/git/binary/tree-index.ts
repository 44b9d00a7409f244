import { fault } from '../../error/error.ts';
import { parseTree, type TreeItem } from './tree-object.ts';

/**
 * A tree object in which names are found by bisection: of 16,384 entries only those that are asked
 * for are decoded.
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
    for (let index = 1; index < this.length; index += 1) {
      if (this.#sortKey(index - 1).compare(this.#sortKey(index)) >= 0) {
        throw fault('repository.object', where, 'a malformed tree: its names are out of order');
      }
    }
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
    const isFolder = this.#bytes[start] === 0x34;
    return isFolder ? Buffer.concat([name, slash]) : name;
  }
}

const slash = Buffer.from('/');

/** `<mode> SP <name> NUL <20 bytes>` each. */
function entryStarts(bytes: Buffer, where: string): Uint32Array {
  const starts: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    starts.push(at);
    const nul = bytes.indexOf(0, at);
    at = nul + 21;
    if (nul < 0 || at > bytes.length) {
      throw fault('repository.object', where, 'a malformed tree: it is cut short');
    }
  }
  return Uint32Array.from([...starts, at]);
}
