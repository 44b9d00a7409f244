/**
 * The default fetcher, on `node:http` and `node:https`: nothing is decoded, followed or retried
 * behind the caller's back, and a process that asks for four small files starts in half the time
 * that the built-in `fetch` needs.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { StatusError, type Fetched, type Fetcher, type FetchOptions } from './fetcher.ts';
import { Pace, type PaceSettings } from './pace.ts';

export interface HttpFetcherSettings extends PaceSettings {
  /** Until the answer begins, connecting included. */
  readonly answerTimeoutMs: number;
  readonly userAgent: string;
}

const defaults: HttpFetcherSettings = {
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  slowGraceMs: 60_000,
  minBytesPerSecond: 1_000,
  userAgent: 'tuf-on-git',
};

/** A fetcher with connections of its own, kept open between requests. */
export function httpFetcher(settings: Partial<HttpFetcherSettings> = {}): Fetcher {
  const all = { ...defaults, ...settings };
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  return {
    async fetch(url, options) {
      const response = await request(parseUrl(url), agents, headersFor(options, all), all);
      const refusal = refuse(url, response, options);
      if (refusal !== undefined) {
        if (refusal instanceof StatusError) await discard(response);
        else response.destroy();
        throw refusal;
      }
      return fetched(url, response, options, new Pace(all));
    },
  };
}

interface Agents {
  readonly 'http:': http.Agent;
  readonly 'https:': https.Agent;
}

function parseUrl(url: string): URL & { readonly protocol: keyof Agents } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw fault('client.configuration', url, 'it is no http or https URL');
  }
  return parsed as URL & { readonly protocol: keyof Agents };
}

function headersFor(options: FetchOptions, settings: HttpFetcherSettings) {
  const { from } = options;
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': settings.userAgent,
    ...(from === undefined ? {} : { range: `bytes=${from.offset}-` }),
    ...(from?.validator === undefined ? {} : { 'if-range': from.validator }),
  };
}

function request(
  url: URL & { readonly protocol: keyof Agents },
  agents: Agents,
  headers: http.OutgoingHttpHeaders,
  settings: HttpFetcherSettings,
): Promise<http.IncomingMessage> {
  const send = url.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const pending = send(url, { agent: agents[url.protocol], headers });
    const timer = setTimeout(() => {
      const seconds = settings.answerTimeoutMs / 1000;
      pending.destroy(fault('download.too-slow', url.href, `no answer in ${seconds} s`));
    }, settings.answerTimeoutMs);
    pending.once('response', resolve);
    pending.once('error', (cause) => {
      reject(networkFault(url.href, cause));
    });
    pending.once('close', () => {
      clearTimeout(timer);
    });
    pending.once('response', () => {
      clearTimeout(timer);
    });
    pending.end();
  });
}

/** What speaks against reading the body, from the head of the answer alone. */
function refuse(
  url: string,
  response: http.IncomingMessage,
  options: FetchOptions,
): TufOnGitError | undefined {
  const status = response.statusCode ?? 0;
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (status >= 300 && status < 400) {
    return fault('download.redirected', url, `the server redirects (${status}), never followed`);
  }
  if (status !== 200 && !isRestOf(response, options)) return new StatusError(url, status);
  if (encoding !== 'identity') {
    return fault('download.encoded', url, 'the server encodes the file, though asked not to');
  }
  const announced = Number(response.headers['content-length'] ?? 0);
  return announced > bodyLimit(response, options) ? tooLong(url, options) : undefined;
}

function isRestOf(response: http.IncomingMessage, { from }: FetchOptions): boolean {
  const range = response.headers['content-range'] ?? '';
  return (
    response.statusCode === 206 && from !== undefined && range.startsWith(`bytes ${from.offset}-`)
  );
}

function bodyLimit(response: http.IncomingMessage, options: FetchOptions): number {
  return options.maxLength - startOf(response, options);
}

function startOf(response: http.IncomingMessage, { from }: FetchOptions): number {
  return response.statusCode === 206 ? (from?.offset ?? 0) : 0;
}

function fetched(
  url: string,
  response: http.IncomingMessage,
  options: FetchOptions,
  pace: Pace,
): Fetched {
  const { etag } = response.headers;
  const isStrong = etag?.startsWith('"') === true;
  return {
    offset: startOf(response, options),
    ...(etag !== undefined && isStrong ? { validator: etag } : {}),
    body: readBody(url, response, options, pace),
  };
}

async function* readBody(
  url: string,
  response: http.IncomingMessage,
  options: FetchOptions,
  pace: Pace,
): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let left = bodyLimit(response, options);
  try {
    for (;;) {
      const step = await pace.wait(
        () => chunks.next(),
        () => response.destroy(fault('download.too-slow', url, 'the file comes too slowly')),
      );
      if (step.done === true) return;
      pace.received(step.value.length);
      left -= step.value.length;
      if (left < 0) throw tooLong(url, options);
      yield step.value;
    }
  } catch (error) {
    throw networkFault(url, error);
  } finally {
    if (!response.complete) response.destroy();
  }
}

const discardedBytes = 16_384;
const discardTimeoutMs = 1_000;

/** Reads a short refusal to its end, so that the connection can serve again; cuts a long one. */
function discard(response: http.IncomingMessage): Promise<void> {
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

function tooLong(url: string, { maxLength }: FetchOptions) {
  return fault('download.too-long', url, `the file is longer than ${maxLength} bytes`);
}

function networkFault(url: string, error: unknown): TufOnGitError {
  if (error instanceof TufOnGitError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'network error';
  return fault('download.unreachable', url, `the connection failed (${code})`, { cause: error });
}
