/**
 * The blob store, read: target files by their SHA-256, outside git, each at
 * `<folder>/<first two digits>/<all 64 digits>`.
 *
 * A file gets its name when it is whole and is never written again, so the name says what is in it:
 * a gate may go by name and length. Whoever hands the content on hashes it on the way all the same.
 */
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fault, visible } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';

export interface BlobStore {
  /** The length in bytes of the file with this hash; undefined when there is none. */
  find(sha256: string): Promise<{ readonly length: number } | undefined>;
  /**
   * Its content. An error of the file system comes out of the stream.
   * @throws `target.hashes` for what is no SHA-256 in lower-case hex
   */
  stream(sha256: string): Readable;
}

/** Large reads: at 64 KiB a stream costs four times as much. */
export const readBytes = 1 << 20;

/** @param folder HOME/blobs; where there is none, nothing is found */
export function openBlobStore(folder: string): BlobStore {
  return {
    find: async (sha256) => (isSha256(sha256) ? lengthOf(blobFile(folder, sha256)) : undefined),
    stream: (sha256) => createReadStream(blobFile(folder, sha256), { highWaterMark: readBytes }),
  };
}

/** Where a blob store keeps the file with this hash. @throws `target.hashes` */
export function blobFile(folder: string, sha256: string): string {
  if (isSha256(sha256)) return path.join(folder, sha256.slice(0, 2), sha256);
  throw fault('target.hashes', visible(sha256.slice(0, 70)), 'not a SHA-256 in lower-case hex');
}

/** In lower-case hex: what becomes part of a path has this form and no other. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Of a plain file; a link or a folder under such a name is nothing that the store has put there. */
async function lengthOf(file: string): Promise<{ length: number } | undefined> {
  try {
    const found = await lstat(file);
    return found.isFile() ? { length: found.size } : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
