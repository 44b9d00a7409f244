/** Where finished uploads stand: in the store, with a marker for each token that has sent them. */
import { open, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../error/system-error.ts';
import { syncFolder } from '../files/durable-file.ts';
import { blobFile, openBlobStore, type BlobStore } from './blob-store.ts';
import { Turns } from './turns.ts';
import { costOf, UploadAccounts } from './upload-accounts.ts';
import {
  leavingFile,
  listLeaving,
  listTokens,
  listUploads,
  makeFolderOf,
  statOf,
  uploadFile,
  type UploadFile,
  type UploadFolder,
} from './upload-files.ts';

export interface MarkedFile extends UploadFile {
  readonly since: Date;
}

export class Shelf {
  readonly accounts: UploadAccounts;
  readonly #blobs: string;
  readonly #store: BlobStore;
  readonly #turns = new Turns();

  constructor(blobs: string, quotaBytes: number) {
    this.#blobs = blobs;
    this.#store = openBlobStore(blobs);
    this.accounts = new UploadAccounts(quotaBytes, (token) => this.#count(token));
  }

  async holds(file: UploadFile): Promise<boolean> {
    const isMarked = (await statOf(this.#marker(file))) !== undefined;
    return isMarked && (await this.#store.find(file.sha256)) !== undefined;
  }

  /** Has an upload that is held be kept as long as a new one. @returns false where it is not held */
  renew(file: UploadFile): Promise<boolean> {
    return this.#turns.take(file.sha256, async () => {
      if (!(await this.holds(file))) return false;
      const now = new Date();
      await utimes(this.#marker(file), now, now);
      return true;
    });
  }

  /**
   * Gives a whole file its place. The marker comes first: what has none is nobody's to collect.
   * @param part durable when it gets its name
   */
  async put(part: string, file: UploadFile): Promise<void> {
    await makeReadOnly(part);
    const [marker, blob] = [this.#marker(file), blobFile(this.#blobs, file.sha256)];
    await this.#turns.take(file.sha256, async () => {
      await makeFolderOf(marker);
      await writeFile(marker, '');
      await syncFolder(path.dirname(marker));
      await makeFolderOf(blob);
      await rename(part, blob);
      await syncFolder(path.dirname(blob));
    });
  }

  /** What is marked, with the time since when. */
  async marked(): Promise<readonly MarkedFile[]> {
    return this.#stamped(await listUploads(this.#blobs, 'uploaded'));
  }

  /** Those that are marked. */
  async #stamped(files: readonly UploadFile[]): Promise<readonly MarkedFile[]> {
    const marked = files.map(async (file) => {
      const found = await statOf(this.#marker(file));
      return found === undefined ? [] : [{ ...file, since: new Date(found.mtimeMs) }];
    });
    return (await Promise.all(marked)).flat();
  }

  /** Takes a marker away: the file is public, and no token's any more. */
  async release(file: UploadFile): Promise<void> {
    await this.#turns.take(file.sha256, () => this.#unmark(file));
  }

  /**
   * Takes a file out of the store, whose markers are all older than that.
   * @returns false where one is not
   */
  takeOut(sha256: string, olderThan: Date): Promise<boolean> {
    return this.#turns.take(sha256, async () => {
      const tokens = await listTokens(this.#blobs, 'uploaded');
      const markers = await this.#stamped(tokens.map((token) => ({ token, sha256 })));
      if (markers.some(({ since }) => since >= olderThan)) return false;
      const leaving = leavingFile(this.#blobs, sha256);
      await makeFolderOf(leaving);
      await renameIfThere(blobFile(this.#blobs, sha256), leaving);
      // A file without markers is nobody's to collect: so they go last.
      await syncFolder(path.dirname(leaving));
      for (const marker of markers) await this.#unmark(marker);
      return true;
    });
  }

  /** What was taken out and is not gone yet. */
  leaving(): Promise<readonly string[]> {
    return listLeaving(this.#blobs);
  }

  /** Puts back into the store what was taken out. */
  async bringBack(sha256: string): Promise<void> {
    await this.#turns.take(sha256, async () => {
      const blob = blobFile(this.#blobs, sha256);
      await makeFolderOf(blob);
      await renameIfThere(leavingFile(this.#blobs, sha256), blob);
      await syncFolder(path.dirname(blob));
    });
  }

  /** Deletes what was taken out. */
  async delete(sha256: string): Promise<void> {
    await rm(leavingFile(this.#blobs, sha256), { force: true });
  }

  async #unmark(file: UploadFile): Promise<void> {
    await rm(this.#marker(file), { force: true });
    await this.accounts.recount(file.token);
  }

  /** What a file counts for, finished or not. */
  async costOf(file: UploadFile): Promise<number> {
    const isMarked = (await statOf(this.#marker(file))) !== undefined;
    const length = isMarked
      ? (await this.#store.find(file.sha256))?.length
      : (await statOf(uploadFile(this.#blobs, 'incoming', file)))?.size;
    return costOf(length);
  }

  async #count(token: string): Promise<number> {
    const folders: readonly UploadFolder[] = ['incoming', 'uploaded'];
    const lists = folders.map((folder) => listUploads(this.#blobs, folder, token));
    const files = (await Promise.all(lists)).flat();
    const names = new Map(files.map((file) => [file.sha256, file]));
    let bytes = 0;
    for (const file of names.values()) bytes += await this.costOf(file);
    return bytes;
  }

  #marker(file: UploadFile): string {
    return uploadFile(this.#blobs, 'uploaded', file);
  }
}

async function makeReadOnly(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.chmod(0o444);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
