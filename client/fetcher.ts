import { TufOnGitError } from '../core/error/error.ts';

/** How bytes come from a server. One call is one attempt: retries are the caller's. */
export interface Fetcher {
  /**
   * @throws `download.*`; `download.status` is a {@link StatusError}. The body throws them too, when
   *   it breaks, is too long or too slow.
   */
  fetch(url: string, options: FetchOptions): Promise<Fetched>;
}

export interface FetchOptions {
  /** Bytes that the whole file may have, a skipped beginning included. */
  readonly maxLength: number;
  /** Ask for the rest of a file that broke off: the first byte wanted, and what it was a part of. */
  readonly from?: { readonly offset: number; readonly validator?: string };
}

export interface Fetched {
  /** Where in the file the body begins: 0, or the offset asked for. */
  readonly offset: number;
  /** A strong entity tag, good for `from`. */
  readonly validator?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The server answered, but not with the file. */
export class StatusError extends TufOnGitError {
  /** HTTP status. */
  readonly status: number;
  /** How long it wishes to be left alone, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number;

  /** @param more.proxy the proxy on the way, which may have answered in the server's place */
  constructor(url: string, status: number, more: { retryAfterMs?: number; proxy?: string } = {}) {
    const { retryAfterMs, proxy } = more;
    const way = proxy === undefined ? '' : `, through the proxy ${proxy}`;
    super({
      code: 'download.status',
      where: url,
      message: `the server answered ${status}${way}`,
      ...(retryAfterMs === undefined ? {} : { hint: comeBack(retryAfterMs) }),
    });
    this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

function comeBack(retryAfterMs: number): string {
  return `it asks to be left alone for ${Math.ceil(retryAfterMs / 1000)} s`;
}

/** True when the server says that there is no such file: 403 is what object stores say for it. */
export function isAbsent(error: unknown): boolean {
  return error instanceof StatusError && (error.status === 403 || error.status === 404);
}
