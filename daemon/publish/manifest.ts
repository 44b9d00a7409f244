/** What can be asked for by URL, and nothing else: the only way from a URL to bytes. */

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

export class Manifest {
  readonly #files = new Map<string, PublishedFile>();
  /** Of target files: what stands before their names. */
  readonly #hashes = new Set<string>();

  /** @param name as in the public store: the decoded path of a URL without its first `/` */
  find(name: string): PublishedFile | undefined {
    return this.#files.get(name);
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** True when a target file with this hash, in lower-case hex, can be asked for under some name. */
  hasTarget(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /**
   * Makes a new generation visible, in one go: no request is answered in between. Files of the
   * generations before stay; what is `outdated` is read from the store from now on.
   */
  switchTo(added: Iterable<readonly [string, PublishedFile]>, outdated: Iterable<string>): void {
    for (const name of outdated) {
      const file = this.#files.get(name);
      if (file !== undefined) this.#files.set(name, { ...file, content: { kind: 'stored', name } });
    }
    for (const [name, file] of added) {
      this.#files.set(name, file);
      if (file.kind === 'target') this.#hashes.add(hashOf(name) ?? name);
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
  return /^([0-9a-f]{64}|[0-9a-f]{128})\./.exec(base)?.[1];
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
