import { EMPTY_TREE, type ObjectId } from '../object-id.ts';
import type { ObjectReader } from './object-reader.ts';
import { TreeIndex } from './tree-index.ts';

const MAX_TREE_BYTES = 64 * 1024 * 1024;
/** One transition reads the same few folders many times; all of a history need not be kept. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/** Tree objects, read once while they are in use. */
export class TreeCache {
  readonly #reader: ObjectReader;
  readonly #bytes = new Map<ObjectId, Promise<Buffer>>();
  readonly #indexes = new Map<ObjectId, TreeIndex>();
  #size = 0;

  constructor(reader: ObjectReader) {
    this.#reader = reader;
  }

  /**
   * @param tree undefined for a tree that does not exist, which is an empty one
   * @throws `repository.object`, `git.too-large`
   */
  bytes(tree: ObjectId | undefined, where: string): Promise<Buffer> {
    if (tree === undefined || tree === EMPTY_TREE) return Promise.resolve(Buffer.alloc(0));
    const known = this.#bytes.get(tree);
    if (known !== undefined) return known;
    const read = this.#read(tree, where);
    this.#bytes.set(tree, read);
    return read;
  }

  /** @throws `repository.object` when it is malformed */
  async index(tree: ObjectId, where: string): Promise<TreeIndex> {
    const bytes = await this.bytes(tree, where);
    const index = this.#indexes.get(tree) ?? new TreeIndex(bytes, where);
    this.#indexes.set(tree, index);
    return index;
  }

  async #read(tree: ObjectId, where: string): Promise<Buffer> {
    try {
      const bytes = await this.#reader.read(tree, 'tree', MAX_TREE_BYTES, where);
      this.#size += bytes.length;
      if (this.#size > MAX_KEPT_BYTES) this.#forget();
      return bytes;
    } catch (error) {
      this.#bytes.delete(tree);
      throw error;
    }
  }

  #forget(): void {
    this.#bytes.clear();
    this.#indexes.clear();
    this.#size = 0;
  }
}
