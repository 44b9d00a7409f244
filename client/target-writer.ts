import type { FileHandle } from 'node:fs/promises';
import { ContentDigest } from '../core/metadata/content.ts';
import type { TargetInfo } from './target-info.ts';

/** What is written at once; two such blocks are held, one being filled while the other is written. */
const blockBytes = 1 << 20;
/** After so many bytes the disk is asked to begin with what it has, so that little is left at the end. */
const bytesPerSync = 64 << 20;

/**
 * Writes a target's file from its beginning and digests it on the way. What comes is copied first:
 * exactly the bytes that are digested are written, whatever happens to the chunks they came in.
 */
export class TargetWriter {
  readonly #handle: FileHandle;
  readonly #info: TargetInfo;
  #digest: ContentDigest;
  #block: Buffer;
  #spare: Buffer;
  /** Bytes in the block; those before it are written, or on their way. */
  #filled = 0;
  #before = 0;
  #unsynced = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, info: TargetInfo) {
    this.#handle = handle;
    this.#info = info;
    this.#digest = new ContentDigest(info.hashes, info.path);
    const size = Math.min(blockBytes, info.length);
    this.#block = Buffer.allocUnsafeSlow(size);
    this.#spare = size < blockBytes ? this.#block : Buffer.allocUnsafeSlow(size);
  }

  /** How many bytes of the target there are. */
  get length(): number {
    return this.#before + this.#filled;
  }

  /** Takes in what the file holds already, unless that is too much. */
  async takeIn(bytes: number): Promise<void> {
    if (bytes > this.#info.length) {
      await this.restart();
      return;
    }
    while (this.#before < bytes) {
      const length = Math.min(this.#block.length, bytes - this.#before);
      const { bytesRead } = await this.#handle.read(this.#block, 0, length, this.#before);
      if (bytesRead === 0) break; // somebody made it shorter
      this.#digest.update(this.#block.subarray(0, bytesRead));
      this.#before += bytesRead;
    }
  }

  /** The caller keeps to the target's length. */
  async append(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      const part = chunk.subarray(taken, taken + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === this.#block.length) await this.#writeBlock();
    }
  }

  async restart(): Promise<void> {
    await this.#writing;
    await this.#handle.truncate(0);
    [this.#filled, this.#before, this.#unsynced] = [0, 0, 0];
    this.#digest = new ContentDigest(this.#info.hashes, this.#info.path);
  }

  /** Returns when everything is written, though not yet on the disk. */
  async flush(): Promise<void> {
    if (this.#filled > 0) await this.#writeBlock();
    await this.#writing;
    await this.#syncing;
  }

  /** True when what was written is the target. Ends the digest. */
  matches(): boolean {
    return this.length === this.#info.length && this.#digest.matches();
  }

  async #writeBlock(): Promise<void> {
    const full = this.#block.subarray(0, this.#filled);
    this.#digest.update(full);
    await this.#writing;
    this.#writing = this.#write(full, this.#before);
    // Met when the next write, or the end, waits for it.
    this.#writing.catch(() => undefined);
    this.#before += full.length;
    this.#filled = 0;
    if (this.#spare === this.#block) await this.#writing;
    [this.#block, this.#spare] = [this.#spare, this.#block];
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const left = bytes.subarray(done);
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, position + done);
      done += bytesWritten;
    }
    await this.#syncNowAndThen(bytes.length);
  }

  /** The fault of a disk is told once, to whoever syncs first: so each is waited for. */
  async #syncNowAndThen(written: number): Promise<void> {
    this.#unsynced += written;
    if (this.#unsynced < bytesPerSync) return;
    this.#unsynced = 0;
    await this.#syncing;
    this.#syncing = this.#handle.datasync();
    this.#syncing.catch(() => undefined);
  }
}
