import path from 'node:path';
import { cacheFileName } from './file-names.ts';
import { readIfThere, removeFile, replaceFile } from './storage.ts';

/**
 * A folder of trusted metadata, each role under its unversioned name, byte for byte as received.
 * Only what was verified is ever written; what is read is verified again, so a damaged file is worth
 * no more than a missing one. Beside it, in a folder of its own, the root that the user gave: the
 * anchor from which the chain of roots can be walked again.
 */
export class MetadataCache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined when there is no such file. @throws `client.storage` when it cannot be read */
  read(role: string): Promise<Uint8Array | undefined> {
    return readIfThere(this.#file(role));
  }

  /** @throws `client.storage`; what was there before is then still there */
  async write(role: string, bytes: Uint8Array): Promise<void> {
    await write(this.#file(role), bytes);
  }

  async remove(role: string): Promise<void> {
    await removeFile(this.#file(role));
  }

  readAnchor(): Promise<Uint8Array | undefined> {
    return readIfThere(this.#anchor());
  }

  async writeAnchor(root: Uint8Array): Promise<void> {
    await write(this.#anchor(), root);
  }

  #file(role: string): string {
    return path.join(this.folder, cacheFileName(role));
  }

  #anchor(): string {
    return path.join(this.folder, 'anchor', 'root.json');
  }
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await replaceFile(file, async (handle) => {
    await handle.writeFile(bytes);
  });
}
