import { fault, type TufOnGitError } from '../core/error/error.ts';
import { StatusError, type Fetched, type Fetcher, type FetchOptions } from './fetcher.ts';
import { faultOfAll, isMirrorFault } from './mirrors.ts';
import { isPassing, wishOf, type RetryPolicy } from './retry.ts';
import type { TargetInfo } from './target-info.ts';
import type { TargetWriter } from './target-writer.ts';

export interface Source {
  readonly fetcher: Fetcher;
  readonly retry: RetryPolicy;
  /** The target's URL on each mirror, in the order in which they are asked. */
  readonly urls: readonly string[];
  /** Called with the place in `urls` of one that failed. */
  readonly onFault?: (index: number, error: TufOnGitError) => void;
}

/** Called as bytes arrive, with counts in bytes; `received` falls when a download starts anew. */
export type OnProgress = (received: number, total: number) => void;

/** Breaks that are forgiven beyond the policy's: one for each such stretch that arrived. */
const bytesPerBreak = 1_048_576;

/**
 * Brings a target from its mirrors to its file, which may hold a beginning of it already. A mirror
 * that fails gives way to the next, which goes on where it stopped.
 */
export class TargetTransfer {
  readonly #writer: TargetWriter;
  readonly #info: TargetInfo;
  readonly #onProgress: OnProgress | undefined;
  /** True when the content comes from more than one answer. */
  #isPieced = false;

  constructor(writer: TargetWriter, info: TargetInfo, onProgress: OnProgress | undefined) {
    this.#writer = writer;
    this.#info = info;
    this.#onProgress = onProgress;
  }

  /** @throws the first mirror's fault when all fail; a fault of this machine ends it at once */
  async run({ urls, onFault, ...source }: Source): Promise<void> {
    const faults: TufOnGitError[] = [];
    this.#isPieced = this.#writer.length > 0;
    if (this.#isPieced) this.#tellProgress();
    for (const [index, url] of urls.entries()) {
      try {
        await this.#fetchVerified(url, source);
        return;
      } catch (error) {
        if (!isMirrorFault(error)) throw error;
        faults.push(error);
        onFault?.(index, error);
      }
    }
    throw faultOfAll(faults);
  }

  /** Pieces that do not fit each other are one full download more. */
  async #fetchVerified(url: string, source: Omit<Source, 'urls'>): Promise<void> {
    await this.#fill(url, source);
    if (await this.#isVerified(url)) return;
    const wasPieced = this.#isPieced;
    await this.#startAnew();
    if (wasPieced) {
      await this.#fill(url, source);
      if (await this.#isVerified(url)) return;
      await this.#startAnew();
    }
    throw fault('target.hash', this.#info.path, 'the file is not the one that was signed', {
      hint: 'nothing was kept; tell whoever runs the repository',
    });
  }

  async #fill(url: string, { fetcher, retry }: Omit<Source, 'urls'>): Promise<void> {
    const target = { url, validator: undefined as string | undefined };
    if (this.#isPieced && this.#writer.length === this.#info.length) return;
    for (let failed = 1; ; failed += 1) {
      try {
        await this.#append(await fetcher.fetch(url, this.#nextRequest(target.validator)), target);
        return;
      } catch (error) {
        const allowed = retry.attempts + Math.floor(this.#writer.length / bytesPerBreak);
        if (failed >= allowed || !(isPassing(error) || (await this.#cannotResume(error)))) {
          throw error;
        }
        await retry.pause(Math.min(failed, retry.attempts), wishOf(error));
      }
    }
  }

  #nextRequest(validator: string | undefined): FetchOptions {
    const maxLength = this.#info.length;
    const offset = this.#writer.length;
    if (offset === 0) return { maxLength };
    return { maxLength, from: { offset, ...(validator === undefined ? {} : { validator }) } };
  }

  async #append(
    { offset, validator, body }: Fetched,
    target: { readonly url: string; validator: string | undefined },
  ): Promise<void> {
    if (offset !== this.#writer.length) await this.#startAnew();
    if (offset > 0) this.#isPieced = true;
    target.validator = validator;
    for await (const chunk of body) {
      if (this.#writer.length + chunk.length > this.#info.length) throw this.#tooLong(target.url);
      await this.#writer.append(chunk);
      this.#tellProgress();
    }
  }

  /** True when the server knows no such rest: the next request asks for the whole file again. */
  async #cannotResume(error: unknown): Promise<boolean> {
    if (!(error instanceof StatusError && error.status === 416)) return false;
    await this.#startAnew();
    return true;
  }

  async #isVerified(url: string): Promise<boolean> {
    await this.#writer.flush();
    if (this.#writer.length === this.#info.length) return this.#writer.matches();
    const sizes = `${this.#writer.length} of ${this.#info.length} bytes`;
    throw fault('download.too-short', url, `the server sent ${sizes}`);
  }

  async #startAnew(): Promise<void> {
    await this.#writer.restart();
    this.#isPieced = false;
  }

  #tooLong(url: string) {
    return fault('download.too-long', url, `the file is longer than ${this.#info.length} bytes`);
  }

  #tellProgress(): void {
    this.#onProgress?.(this.#writer.length, this.#info.length);
  }
}
