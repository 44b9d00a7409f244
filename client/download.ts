import { createReadStream } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { fault } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { ContentDigest } from '../core/metadata/content.ts';
import { StatusError, type Fetched, type Fetcher } from './fetcher.ts';
import { isPassing, wishOf, type RetryPolicy } from './retry.ts';
import { replaceFile, storageFault } from './storage.ts';
import type { TargetInfo } from './target-info.ts';

export interface Source {
  readonly fetcher: Fetcher;
  readonly retry: RetryPolicy;
  readonly url: string;
}

/** Called as bytes arrive, with counts in bytes; `received` falls when a download starts anew. */
export type OnProgress = (received: number, total: number) => void;

/**
 * Downloads a target: TUF 1.0.34 §5.7.3. Streamed, stopped at its length, resumed where the
 * connection broke, and given its name only when its length and every known hash are right.
 * @throws `target.hash`, `download.*`, `client.storage`; nothing is left behind then
 */
export async function downloadTo(
  file: string,
  info: TargetInfo,
  source: Source,
  onProgress?: OnProgress,
): Promise<void> {
  await replaceFile(file, async (handle) => {
    const part = new PartialTarget(handle, info, onProgress);
    await fillPart(part, source);
    part.requireWhole(source.url);
  });
}

/** True when `file` is there with the target's length and hashes. */
export async function isTarget(file: string, info: TargetInfo): Promise<boolean> {
  if ((await sizeOf(file)) !== info.length) return false;
  const digest = new ContentDigest(info.hashes, info.path);
  try {
    for await (const chunk of createReadStream(file)) digest.update(chunk as Uint8Array);
  } catch (error) {
    throw storageFault(file, error);
  }
  return digest.matches();
}

/** Breaks that are forgiven beyond the policy's: one for each such stretch that arrived. */
const bytesPerBreak = 1_048_576;

async function fillPart(part: PartialTarget, { fetcher, retry, url }: Source): Promise<void> {
  for (let failed = 1; ; failed += 1) {
    try {
      await part.append(await fetcher.fetch(url, part.nextRequest()));
      return;
    } catch (error) {
      const allowed = retry.attempts + Math.floor(part.length / bytesPerBreak);
      if (failed >= allowed || !(isPassing(error) || part.cannotResume(error))) throw error;
      await retry.pause(Math.min(failed, retry.attempts), wishOf(error));
    }
  }
}

/** The beginning of a target on disk, and its digest so far. */
class PartialTarget {
  readonly #handle: FileHandle;
  readonly #info: TargetInfo;
  readonly #onProgress: OnProgress | undefined;
  #length = 0;
  #digest: ContentDigest;
  #validator: string | undefined;

  constructor(handle: FileHandle, info: TargetInfo, onProgress: OnProgress | undefined) {
    this.#handle = handle;
    this.#info = info;
    this.#onProgress = onProgress;
    this.#digest = new ContentDigest(info.hashes, info.path);
  }

  get length(): number {
    return this.#length;
  }

  nextRequest() {
    const maxLength = this.#info.length;
    if (this.#length === 0) return { maxLength };
    const validator = this.#validator === undefined ? {} : { validator: this.#validator };
    return { maxLength, from: { offset: this.#length, ...validator } };
  }

  async append({ offset, validator, body }: Fetched): Promise<void> {
    if (offset !== this.#length) this.#startAnew();
    this.#validator = validator;
    for await (const chunk of body) {
      await writeFully(this.#handle, chunk, this.#length);
      this.#digest.update(chunk);
      this.#length += chunk.length;
      this.#onProgress?.(this.#length, this.#info.length);
    }
  }

  /** True when the server knows no such rest: the next request asks for the whole file again. */
  cannotResume(error: unknown): boolean {
    if (!(error instanceof StatusError && error.status === 416)) return false;
    this.#startAnew();
    return true;
  }

  requireWhole(url: string): void {
    if (this.#length < this.#info.length) {
      const sizes = `${this.#length} of ${this.#info.length} bytes`;
      throw fault('download.too-short', url, `the server sent ${sizes}`);
    }
    if (!this.#digest.matches()) {
      throw fault('target.hash', this.#info.path, 'the file is not the one that was signed', {
        hint: 'nothing was kept; tell whoever runs the repository',
      });
    }
  }

  #startAnew(): void {
    this.#length = 0;
    this.#validator = undefined;
    this.#digest = new ContentDigest(this.#info.hashes, this.#info.path);
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw storageFault(file, error);
  }
}
