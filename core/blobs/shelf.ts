/** Where finished uploads stand: in the store, with a marker for each token that has sent them. */
import { open, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../files/durable-file.ts';
import { blobFile, openBlobStore, type BlobStore } from './blob-store.ts';
import { Turns } from './turns.ts';
import { costOf, UploadAccounts } from './upload-accounts.ts';
import {
  listUploads,
  makeFolderOf,
  statOf,
  uploadFile,
  type UploadFile,
  type UploadFolder,
} from './upload-files.ts';

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
