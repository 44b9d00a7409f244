/** One answer of a server: what speaks against it, and its body. */
import type { IncomingMessage } from 'node:http';
import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { StatusError, type Fetched, type FetchOptions } from '../fetcher.ts';
import type { Pace } from '../pace.ts';
import { networkFault } from './network-fault.ts';
import { proxyRefusal } from './proxy-refusal.ts';
import { retryAfterMs } from './retry-after.ts';

export interface Exchange {
  /** The URL, as messages name it. */
  readonly where: string;
  readonly options: FetchOptions;
  readonly response: IncomingMessage;
  /** The proxy on the way, as messages name it. */
  readonly proxy: string | undefined;
}

/** What speaks against reading the body, from the head of the answer alone. */
export function refusalOf(exchange: Exchange): TufOnGitError | undefined {
  const { where, response } = exchange;
  const status = response.statusCode ?? 0;
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (status >= 300 && status < 400) return redirected(exchange, status);
  if (status !== 200 && !isRestOf(exchange)) return statusRefusal(exchange, status);
  if (encoding !== 'identity') {
    return fault('download.encoded', where, 'the server encodes the file, though asked not to');
  }
  const announced = Number(response.headers['content-length'] ?? 0);
  return announced > bodyLimit(exchange) ? tooLong(exchange) : undefined;
}

export function fetched(exchange: Exchange, pace: Pace): Fetched {
  const { etag } = exchange.response.headers;
  const isStrong = etag?.startsWith('"') === true;
  return {
    offset: startOf(exchange),
    ...(etag !== undefined && isStrong ? { validator: etag } : {}),
    body: readBody(exchange, pace),
  };
}

/** Reads a short refusal to its end, so that the connection can serve again; cuts a long one. */
export function discard(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = discardedBytes;
    const timer = setTimeout(() => response.destroy(), discardTimeoutMs);
    response.on('data', (chunk: Uint8Array) => {
      left -= chunk.length;
      if (left < 0) response.destroy();
    });
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const discardedBytes = 16_384;
const discardTimeoutMs = 1_000;

async function* readBody(exchange: Exchange, pace: Pace): AsyncGenerator<Uint8Array> {
  const { where, response, proxy } = exchange;
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let left = bodyLimit(exchange);
  try {
    for (;;) {
      const step = await pace.wait(
        () => chunks.next(),
        () => response.destroy(fault('download.too-slow', where, 'the file comes too slowly')),
      );
      if (step.done === true) return;
      pace.received(step.value.length);
      left -= step.value.length;
      if (left < 0) throw tooLong(exchange);
      yield step.value;
    }
  } catch (error) {
    throw networkFault(where, error, proxy);
  } finally {
    if (!response.complete) response.destroy();
  }
}

function isRestOf({ response, options: { from } }: Exchange): boolean {
  const range = response.headers['content-range'] ?? '';
  return (
    response.statusCode === 206 && from !== undefined && range.startsWith(`bytes ${from.offset}-`)
  );
}

function bodyLimit(exchange: Exchange): number {
  return exchange.options.maxLength - startOf(exchange);
}

function startOf({ response, options: { from } }: Exchange): number {
  return response.statusCode === 206 ? (from?.offset ?? 0) : 0;
}

function redirected({ where, response }: Exchange, status: number): TufOnGitError {
  const { location = 'nowhere' } = response.headers;
  const message = `the server redirects to ${location.slice(0, 200)} (${status}), never followed`;
  return fault('download.redirected', where, message, {
    hint: 'if the repository has moved there, give that URL instead',
  });
}

/** Only a proxy answers 407; any other status through one may be the server's as well. */
function statusRefusal({ where, response, proxy }: Exchange, status: number): TufOnGitError {
  if (proxy !== undefined && status === 407) {
    return proxyRefusal(proxy, `the proxy answered 407 when asked for ${where}`, 407);
  }
  const { 'retry-after': wish, date } = response.headers;
  const wished = retryAfterMs(wish, date);
  return new StatusError(where, status, {
    ...(wished === undefined ? {} : { retryAfterMs: wished }),
    ...(proxy === undefined ? {} : { proxy }),
  });
}

function tooLong({ where, options: { maxLength } }: Exchange): TufOnGitError {
  return fault('download.too-long', where, `the file is longer than ${maxLength} bytes`);
}
