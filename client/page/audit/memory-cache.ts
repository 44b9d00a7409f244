import type { RoleCache } from '../../role-cache.ts';

/** What was verified since the page was opened; nothing outlives it. */
export class MemoryCache implements RoleCache {
  readonly folder = 'this page';
  readonly #files = new Map<string, Uint8Array>();
  readonly #anchor: Uint8Array;
  /** Every root that was verified, the given one first. */
  readonly roots: Uint8Array[];

  /** @param anchor the root that the user gave */
  constructor(anchor: Uint8Array) {
    this.#anchor = anchor;
    this.#files.set('root', anchor);
    this.roots = [anchor];
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  read(role: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#files.get(role));
  }

  write(role: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(role, bytes);
    if (role === 'root') this.roots.push(bytes);
    return Promise.resolve();
  }

  remove(role: string): Promise<void> {
    this.#files.delete(role);
    return Promise.resolve();
  }

  readAnchor(): Promise<Uint8Array> {
    return Promise.resolve(this.#anchor);
  }
}
