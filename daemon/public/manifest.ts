/**
 * What can be asked for by URL, and nothing else: the only way from a URL to bytes.
 *
 * What is in memory is held by name. Of what is only in the store, a table of digests holds the
 * lengths: all else is in the names, and there may be a million of them.
 */
import { hash } from 'node:crypto';
import { DigestTable } from './digest-table.ts';

/** A published file. `length` is in bytes, `etag` strong and with its quotes. */
export interface PublishedFile {
  readonly kind: 'timestamp' | 'metadata' | 'target';
  readonly content: Content;
  readonly length: number;
  readonly etag: string;
}

/** In memory, or in the public store under that name. */
export type Content =
  | { readonly kind: 'memory'; readonly bytes: Uint8Array }
  | { readonly kind: 'stored'; readonly name: string };

/** Everything that can be asked for but the timestamp, in the form in which it can be kept. */
export interface PublicNames {
  /** Digest of the name to length. */
  readonly lengths: DigestTable;
  /** Hashes of target files. */
  readonly hashes: DigestTable;
}

export class Manifest {
  readonly #memory = new Map<string, PublishedFile>();
  /** Digest of the name to length. */
  #stored = new DigestTable();
  /** Of target files: what stands before their names. */
  #hashes = new DigestTable();

  /** @param name as in the public store: the decoded path of a URL without its first `/` */
  find(name: string): PublishedFile | undefined {
    const inMemory = this.#memory.get(name);
    if (inMemory !== undefined) return inMemory;
    const length = this.#stored.get(digestOf(name));
    return length === undefined ? undefined : storedFile(name, length);
  }

  has(name: string): boolean {
    return this.#memory.has(name) || this.#stored.get(digestOf(name)) !== undefined;
  }

  /** True when a target file with this hash, in lower-case hex, can be asked for under some name. */
  hasTarget(hash: string): boolean {
    return isHash(hash) && this.#hashes.get(Buffer.from(hash, 'hex')) !== undefined;
  }

  get size(): number {
    return this.#memory.size + this.#stored.size;
  }

  /** What is in memory is named as well: it is in the store too. Not a copy. */
  names(): PublicNames {
    for (const [name, { kind, length }] of this.#memory) {
      if (kind === 'metadata') this.#stored.set(digestOf(name), length);
    }
    return { lengths: this.#stored, hashes: this.#hashes };
  }

  /** Goes on from names that were kept. */
  takeUp({ lengths, hashes }: PublicNames): void {
    this.#stored = lengths;
    this.#hashes = hashes;
  }

  /** Nobody reads it any more. */
  delete(name: string): void {
    this.#memory.delete(name);
    this.#stored.delete(digestOf(name));
  }

  /**
   * Makes a new generation visible, in one go: no request is answered in between. Files of the
   * generations before stay; what is `outdated` is read from the store from now on.
   */
  switchTo(added: Iterable<readonly [string, PublishedFile]>, outdated: Iterable<string>): void {
    for (const name of outdated) {
      const file = this.#memory.get(name);
      if (file === undefined) continue;
      this.#memory.delete(name);
      this.#stored.set(digestOf(name), file.length);
    }
    for (const [name, file] of added) {
      if (file.content.kind === 'memory') {
        this.#memory.set(name, file);
        continue;
      }
      this.#stored.set(digestOf(name), file.length);
      const content = file.kind === 'target' ? hashOf(name) : undefined;
      if (content !== undefined) this.#hashes.set(Buffer.from(content, 'hex'), 0);
    }
  }
}

/** What the store holds from generations before: names say what they are, and never change content. */
export function storedFile(name: string, length: number): PublishedFile | undefined {
  const content = { kind: 'stored', name } as const;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (/^metadata\/\d{1,10}\.[^/]+\.json$/.test(name)) {
    return { kind: 'metadata', content, length, etag: etagOf(base) };
  }
  const hash = hashOf(name);
  if (!name.startsWith('targets/') || hash === undefined) return undefined;
  return { kind: 'target', content, length, etag: etagOf(hash) };
}

/** That a target file has in its name: TUF 1.0.34 §6.2. */
function hashOf(name: string): string | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const [hash] = base.split('.', 1);
  return hash !== undefined && hash.length < base.length && isHash(hash) ? hash : undefined;
}

function isHash(text: string): boolean {
  return /^([0-9a-f]{64}|[0-9a-f]{128})$/.test(text);
}

/** Of a public name, as the tables have it. */
export function digestOf(name: string): Buffer {
  return hash('sha256', name, 'buffer');
}

export function memoryFile(
  kind: 'timestamp' | 'metadata',
  bytes: Uint8Array,
  tag: string,
): PublishedFile {
  return { kind, content: { kind: 'memory', bytes }, length: bytes.length, etag: etagOf(tag) };
}

/** RFC 9110 §8.8.3: a strong entity tag. */
function etagOf(text: string): string {
  return `"${text.replace(/[^\x21\x23-\x7e]/g, '_')}"`;
}
