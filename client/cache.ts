import path from 'node:path';
import { TufOnGitError } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { cacheFileName } from './file-names.ts';
import { readIfThere, removeAbandoned, removeFile, replaceFile } from './storage.ts';

/**
 * A folder of trusted metadata, each role under its unversioned name, byte for byte as received.
 * Only what was verified is ever written; what is read is verified again, so a damaged file is worth
 * no more than a missing one, and so is what stands there and cannot be read as a file. Beside it, in a folder of its own, the root that the user gave: the
 * anchor from which the chain of roots can be walked again.
 */
export class MetadataCache {
  readonly folder: string;
  #tidied: Promise<void> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined when there is no such file, or none that can be read. @throws `client.storage` */
  read(role: string): Promise<Uint8Array | undefined> {
    return read(this.#file(role));
  }

  /** @throws `client.storage`; what was there before is then still there */
  async write(role: string, bytes: Uint8Array): Promise<void> {
    await this.#tidy();
    await write(this.#file(role), bytes);
  }

  async remove(role: string): Promise<void> {
    await removeFile(this.#file(role));
  }

  readAnchor(): Promise<Uint8Array | undefined> {
    return read(this.#anchor());
  }

  async writeAnchor(root: Uint8Array): Promise<void> {
    await removeAbandoned(path.dirname(this.#anchor()));
    await write(this.#anchor(), root);
  }

  /** Once for each cache that is written to: a run that was killed may have left something. */
  #tidy(): Promise<void> {
    return (this.#tidied ??= removeAbandoned(this.folder));
  }

  #file(role: string): string {
    return path.join(this.folder, cacheFileName(role));
  }

  #anchor(): string {
    return path.join(this.folder, 'anchor', 'root.json');
  }
}

/** What stands there and is no file, or one that nobody lets us read; a disk that fails is a fault. */
const unreadable = ['EISDIR', 'EACCES', 'EPERM', 'ELOOP'];

async function read(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readIfThere(file);
  } catch (error) {
    if (hasCause(error, ...unreadable)) return undefined;
    throw error;
  }
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  const replace = () =>
    replaceFile(file, async (handle) => {
      await handle.writeFile(bytes);
    });
  try {
    await replace();
  } catch (error) {
    if (!hasCause(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
    await removeFile(file); // no folder can be replaced by a file
    await replace();
  }
}

function hasCause(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof TufOnGitError && hasCode(error.cause, ...codes);
}
