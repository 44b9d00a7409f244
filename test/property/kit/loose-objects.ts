/** Git objects written byte for byte: well-formed or not, and without a process for each. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { objectId, type ObjectId } from '../../../core/git/object-id.ts';

/** An entry of a tree to be written: a file's bytes under a mode such as `100644`. */
export interface TreeFile {
  readonly mode: string;
  readonly bytes: Uint8Array;
}

export interface NewCommit {
  readonly files: ReadonlyMap<string, TreeFile>;
  readonly parents: readonly ObjectId[];
  readonly message: string;
}

interface Item {
  readonly name: string;
  readonly mode: string;
  readonly oid: string;
}

export class LooseObjects {
  readonly #folder: string;
  readonly #written = new Set<string>();

  /** @param bare a bare repository */
  constructor(bare: string) {
    this.#folder = path.join(bare, 'objects');
  }

  write(type: 'blob' | 'tree' | 'commit', bytes: Uint8Array): ObjectId {
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    const oid = createHash('sha1').update(whole).digest('hex');
    if (!this.#written.has(oid)) {
      const folder = path.join(this.#folder, oid.slice(0, 2));
      const file = path.join(folder, oid.slice(2));
      mkdirSync(folder, { recursive: true });
      if (!existsSync(file)) writeFileSync(file, deflateSync(whole, { level: 1 }));
      this.#written.add(oid);
    }
    return objectId(oid);
  }

  commit({ files, parents, message }: NewCommit): ObjectId {
    const person = 'Alice <alice@example.com> 1767225600 +0000';
    const head = [
      `tree ${this.tree([...files])}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${person}`,
      `committer ${person}`,
    ];
    return this.write('commit', Buffer.from(`${head.join('\n')}\n\n${message}\n`));
  }

  /** A path that ends in a slash is an empty folder, whatever its mode and bytes. */
  tree(files: readonly (readonly [string, TreeFile])[]): ObjectId {
    const items: Item[] = [];
    const folders = new Map<string, [string, TreeFile][]>();
    for (const [name, file] of files) {
      const slash = name.indexOf('/');
      if (slash === -1) {
        items.push({ name, mode: file.mode, oid: this.write('blob', file.bytes) });
        continue;
      }
      const inside = folders.get(name.slice(0, slash)) ?? [];
      folders.set(name.slice(0, slash), inside);
      if (slash + 1 < name.length) inside.push([name.slice(slash + 1), file]);
    }
    for (const [name, inside] of folders) {
      items.push({ name, mode: '40000', oid: this.tree(inside) });
    }
    return this.write('tree', treeBytes(items));
  }
}

/** In the order of git: a folder as if its name ended in a slash. */
function treeBytes(items: readonly Item[]): Buffer {
  const key = ({ name, mode }: Item) => Buffer.from(mode === '40000' ? `${name}/` : name);
  const sorted = items.toSorted((one, other) => Buffer.compare(key(one), key(other)));
  return Buffer.concat(
    sorted.flatMap(({ name, mode, oid }) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(oid, 'hex'),
    ]),
  );
}
