/** A file that grows at its end while its content comes in. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { fault } from '../error/error.ts';
import { readBytes } from './blob-store.ts';

export interface Growth {
  /** How many bytes the file has; 0: it is begun anew, whatever there was. */
  readonly from: number;
  /** Asked before the file grows to so many bytes; what it throws ends the growth. */
  readonly admit: (end: number) => Promise<void>;
  /** Is shown the content as it comes. */
  readonly look?: (chunk: Uint8Array) => void;
}

/**
 * Appends content to a file. Where it breaks off, what came before is kept; nothing is touched before
 * the first bytes are there.
 * @returns how many bytes the file has then
 * @throws what the content, `admit` or the file system throws
 */
export async function growPart(
  file: string,
  content: AsyncIterable<Uint8Array>,
  growth: Growth,
): Promise<number> {
  const writer = new PartWriter(file, growth);
  try {
    for await (const chunk of content) {
      growth.look?.(chunk);
      await writer.take(chunk);
    }
    await writer.begin();
  } finally {
    await writer.finish();
  }
  return writer.end;
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: readBytes })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** What is gathered for one write: small ones cost a system call each. */
const writeBytes = 1 << 20;

/** One write is under way while the next is gathered: so much of a file is held in memory at most. */
class PartWriter {
  readonly #file: string;
  readonly #growth: Growth;
  #handle: Promise<FileHandle> | undefined;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #end: number;

  constructor(file: string, growth: Growth) {
    this.#file = file;
    this.#growth = growth;
    this.#end = growth.from;
  }

  get end(): number {
    return this.#end;
  }

  async take(chunk: Uint8Array): Promise<void> {
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.length;
    if (this.#gatheredBytes >= writeBytes) await this.#flush();
  }

  /** Makes the file where there is none yet. */
  begin(): Promise<FileHandle> {
    this.#handle ??= open(this.#file, this.#growth.from === 0 ? 'w' : 'a', 0o600);
    return this.#handle;
  }

  async finish(): Promise<void> {
    try {
      if (this.#gatheredBytes > 0) await this.#flush();
      await this.#writing;
    } finally {
      await (await this.#handle)?.close();
    }
  }

  async #flush(): Promise<void> {
    const [chunks, length] = [this.#gathered, this.#gatheredBytes];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    await this.#growth.admit(this.#end + length);
    await this.#writing;
    this.#writing = this.#write(chunks, length);
    // Met when the next write, or the end, waits for it.
    this.#writing.catch(() => undefined);
    this.#end += length;
  }

  async #write(chunks: readonly Uint8Array[], length: number): Promise<void> {
    const { bytesWritten } = await (await this.begin()).writev(chunks);
    if (bytesWritten < length) throw fault('blob.disk-full', 'the disk', 'it took only a part');
  }
}
