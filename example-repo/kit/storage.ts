import path from 'node:path';
import { copyFolder } from './folders.ts';

/**
 * What is served: a storage, a CDN, the way to the client. Attackers may write to it; it is put
 * right from what the repository's people published.
 */
export class Storage {
  readonly folder: string;
  readonly #published: string;

  /** @param published the folder that it mirrors */
  constructor(folder: string, published: string) {
    this.folder = folder;
    this.#published = published;
  }

  at(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** As published; by the next call too, whatever is written into it. */
  putRight(): Promise<void> {
    return copyFolder(this.#published, this.folder);
  }

  /** Something else in its place: an old set, for one. */
  putBack(folder: string): Promise<void> {
    return copyFolder(folder, this.folder);
  }
}
