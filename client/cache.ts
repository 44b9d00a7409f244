import path from 'node:path';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { hasCode, systemCode } from '../core/error/system-error.ts';
import { cacheFileName } from './file-names.ts';
import { lockFolder, type FolderLock, type LockWait } from '../core/lock/folder-lock.ts';
import { readIfThere, removeAbandoned, removeFile, replaceFile, storageFault } from './storage.ts';

const defaultWait: LockWait = { timeoutMs: 120_000 };

/**
 * A folder of trusted metadata, each role under its unversioned name, byte for byte as received.
 * Only what was verified is ever written; what is read is verified again, so a damaged file is worth
 * no more than a missing one, and so is what stands there and cannot be read as a file. Beside it, in
 * a folder of its own, the root that the user gave: the anchor from which the chain of roots can be
 * walked again.
 *
 * Several processes may have the same folder. Each file is whole at any time, and all is written
 * `exclusively`: what is there decides what is written, and nobody changes it in between.
 */
export class MetadataCache {
  readonly folder: string;
  readonly #wait: LockWait;
  #tidied: Promise<void> | undefined;
  #lock: FolderLock | undefined;
  /** Why there is no lock. */
  #unwritable: unknown;

  constructor(folder: string, wait: Partial<LockWait> = {}) {
    this.folder = folder;
    this.#wait = { ...defaultWait, ...wait };
  }

  /**
   * Does `work` while nobody else does. Where nothing can be written there is no lock, and `work`
   * may read.
   * @throws `client.locked`, `client.storage`, and whatever `work` throws
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#lock = await this.#takeLock();
    try {
      return await work();
    } finally {
      this.#giveBack();
    }
  }

  /** Undefined when there is no such file, or none that can be read. @throws `client.storage` */
  read(role: string): Promise<Uint8Array | undefined> {
    return read(this.#file(role));
  }

  /** @throws `client.storage`; what was there before is then still there */
  async write(role: string, bytes: Uint8Array): Promise<void> {
    this.#requireLock();
    await this.#tidy();
    await write(this.#file(role), bytes);
  }

  async remove(role: string): Promise<void> {
    this.#requireLock();
    await removeFile(this.#file(role));
  }

  readAnchor(): Promise<Uint8Array | undefined> {
    return read(this.#anchor());
  }

  async writeAnchor(root: Uint8Array): Promise<void> {
    this.#requireLock();
    await removeAbandoned(path.dirname(this.#anchor()));
    await write(this.#anchor(), root);
  }

  async #takeLock(): Promise<FolderLock | undefined> {
    try {
      return await lockFolder(this.folder, this.#wait, (holder) => locked(this.folder, holder));
    } catch (error) {
      if (!hasCode(error, ...unwritable)) throw storageFault(this.folder, error);
      this.#unwritable = error;
      return undefined;
    }
  }

  #giveBack(): void {
    try {
      this.#lock?.release();
    } catch (error) {
      throw storageFault(this.folder, error);
    } finally {
      this.#lock = undefined;
    }
  }

  #requireLock(): void {
    if (this.#lock === undefined) throw cannotWrite(this.folder, this.#unwritable);
    this.#lock.requireHeld();
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

/** No folder, none that may be written to, no room. */
const unwritable = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

function locked(folder: string, holder = 'another update') {
  return fault('client.locked', folder, `${holder} is using this cache`, {
    hint: 'try again when it is done',
  });
}

function cannotWrite(folder: string, cause: unknown) {
  const message = `it has to be brought up to date, and cannot be written (${systemCode(cause)})`;
  return fault('client.storage', folder, message, {
    hint: 'let it be written, or work offline',
    cause,
  });
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
