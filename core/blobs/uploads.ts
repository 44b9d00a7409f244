/**
 * The blob store, written: uploads come in piece by piece, those of each token apart from all others,
 * and get their place in the store when they are whole and what they say they are.
 *
 * Nobody learns by an upload what others have sent: whoever has not sent a file has to send all of it.
 * A crash leaves no more than what has come so far, to be gone on with.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { fault, TufOnGitError } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';
import { notWritable } from '../files/durable-file.ts';
import { requireFreeSpace } from './free-space.ts';
import { digestOf, growPart } from './part.ts';
import { Shelf } from './shelf.ts';
import { Turns } from './turns.ts';
import { costOf, type Claim } from './upload-accounts.ts';
import { listUploads, makeFolderOf, statOf, uploadFile, type UploadFile } from './upload-files.ts';

export interface UploadLimits {
  readonly maxBlobBytes: number;
  /** For each token: what it has uploaded and is not public yet. */
  readonly quotaBytes: number;
  /** What is left free on the disk. */
  readonly minFreeBytes: number;
}

/** Content of a file, from a place on. */
export interface Piece {
  readonly content: AsyncIterable<Uint8Array>;
  /** Where it begins; 0: what came before is dropped. */
  readonly from: number;
  /** How many bytes it is said to have. */
  readonly length: number | undefined;
  /** How many the whole file has; undefined: it ends where this piece ends. */
  readonly total: number | undefined;
}

export type Received =
  | { readonly kind: 'stored' }
  /** The token had sent it before; nothing was read. */
  | { readonly kind: 'held' }
  /** So many bytes are there; the next piece begins with them. */
  | { readonly kind: 'partial'; readonly offset: number }
  /** As `partial`, but the piece begins elsewhere: nothing was read. */
  | { readonly kind: 'gap'; readonly offset: number };

export class Uploads {
  readonly #blobs: string;
  readonly #limits: UploadLimits;
  readonly shelf: Shelf;
  readonly #parts = new Turns();

  /** @param blobs HOME/blobs; made when something comes */
  constructor(blobs: string, limits: UploadLimits) {
    this.#blobs = blobs;
    this.#limits = limits;
    this.shelf = new Shelf(blobs, limits.quotaBytes);
  }

  /** Whether this token has sent the whole file, and it is in the store and not public yet. */
  holds(token: string, sha256: string): Promise<boolean> {
    return this.shelf.holds({ token, sha256 });
  }

  /** How many bytes of an unfinished upload are there; undefined when there is none. */
  async offset(token: string, sha256: string): Promise<number | undefined> {
    return (await statOf(uploadFile(this.#blobs, 'incoming', { token, sha256 })))?.size;
  }

  /**
   * Takes in a piece, and with the last one the whole file into the store. Pieces of one file wait for
   * each other. Where the content breaks off, what came is kept and its error thrown.
   * @throws `blob.hash`, `blob.length`, `blob.too-large`: what came is dropped; `blob.quota`,
   *   `blob.disk-full`, `home.not-writable`: it is kept
   */
  async receive(token: string, sha256: string, piece: Piece): Promise<Received> {
    const file = { token, sha256 };
    return this.#parts.take(`${token}/${sha256}`, async () => {
      if (await this.shelf.renew(file)) return { kind: 'held' };
      const length = await this.offset(token, sha256);
      const offset = length ?? 0;
      if (piece.from !== 0 && piece.from !== offset) return { kind: 'gap', offset };
      const claim = await this.shelf.accounts.claim(token, costOf(length));
      try {
        return await this.#take(file, piece, claim);
      } finally {
        claim.settle(await this.shelf.costOf(file));
      }
    });
  }

  /** Drops what has come of uploads that have not gone on since then. @returns how many */
  async dropParts(olderThan: Date): Promise<number> {
    let dropped = 0;
    for (const file of await listUploads(this.#blobs, 'incoming')) {
      const part = uploadFile(this.#blobs, 'incoming', file);
      const isOld = async () => ((await statOf(part))?.mtimeMs ?? Infinity) < olderThan.getTime();
      if (!(await isOld())) continue;
      await this.#parts.take(`${file.token}/${file.sha256}`, async () => {
        if (!(await isOld())) return;
        await rm(part, { force: true });
        dropped += 1;
      });
      await this.shelf.accounts.recount(file.token);
    }
    return dropped;
  }

  async #take(file: UploadFile, piece: Piece, claim: Claim): Promise<Received> {
    const part = uploadFile(this.#blobs, 'incoming', file);
    try {
      const { end, sha256 } = await this.#grow(part, file, piece, claim);
      if (piece.total !== undefined && end < piece.total) return { kind: 'partial', offset: end };
      // What was hashed on the way has to be what the disk has.
      const isWritten = (await statOf(part))?.size === end;
      if (!isWritten || (sha256 ?? (await digestOf(part))) !== file.sha256) {
        throw fault('blob.hash', file.sha256, 'what was sent is another file');
      }
      await this.shelf.put(part, file);
      return { kind: 'stored' };
    } catch (error) {
      if (isWrong(error)) await rm(part, { force: true });
      throw named(part, error);
    }
  }

  /** @returns its digest where the piece is the whole file */
  async #grow(
    part: string,
    file: UploadFile,
    { content, from, length, total }: Piece,
    claim: Claim,
  ): Promise<{ readonly end: number; readonly sha256: string | undefined }> {
    const { minFreeBytes } = this.#limits;
    const end = from + (length ?? 0);
    this.#refuseTooLarge(file, Math.max(end, total ?? 0));
    claim.cover(end);
    await makeFolderOf(part);
    await requireFreeSpace(this.#blobs, end - from, minFreeBytes);
    const isWhole = from === 0 && (total === undefined || total === length);
    const hash = isWhole ? createHash('sha256') : undefined;
    let looked = from;
    const grown = await growPart(part, content, {
      from,
      look: (chunk) => hash?.update(chunk),
      admit: async (bytes) => {
        if (length !== undefined && bytes > end) throw otherLength(file);
        this.#refuseTooLarge(file, bytes);
        claim.cover(bytes);
        if (bytes - looked < looksEveryBytes) return;
        looked = bytes;
        await requireFreeSpace(this.#blobs, 0, minFreeBytes);
      },
    });
    if (length !== undefined && grown !== end) throw otherLength(file);
    return { end: grown, sha256: hash?.digest('hex') };
  }

  #refuseTooLarge({ sha256 }: UploadFile, bytes: number): void {
    const { maxBlobBytes } = this.#limits;
    if (bytes <= maxBlobBytes) return;
    throw fault('blob.too-large', sha256, `no file may have more than ${maxBlobBytes} bytes`);
  }
}

/** How often the disk is asked for its room while an upload comes in. */
const looksEveryBytes = 32 << 20;

function otherLength({ sha256 }: UploadFile): TufOnGitError {
  return fault('blob.length', sha256, 'what was sent does not have the length that was announced');
}

/** True where what was sent can never become the file. */
function isWrong(error: unknown): boolean {
  return (
    error instanceof TufOnGitError &&
    ['blob.hash', 'blob.length', 'blob.too-large'].includes(error.code)
  );
}

/** Errors of the disk by their codes; those of who sends stay what they are. */
function named(part: string, error: unknown): unknown {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return fault('blob.disk-full', 'the blob store', 'the disk is full', { cause: error });
  }
  return hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'EISDIR', 'ENOENT')
    ? notWritable(part, error)
    : error;
}
