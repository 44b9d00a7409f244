/**
 * The default fetcher, on `node:http` and `node:https`: nothing is decoded, followed or retried
 * behind the caller's back, and a process that asks for four small files starts in half the time
 * that the built-in `fetch` needs.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { fault } from '../core/error/error.ts';
import { StatusError, type Fetcher, type FetchOptions } from './fetcher.ts';
import { discard, fetched, refusalOf, type Exchange } from './http/answer.ts';
import { Connections, type ConnectionSettings, type Route } from './http/connections.ts';
import { networkFault } from './http/network-fault.ts';
import { RequestLimit } from './http/request-limit.ts';
import { Pace, type PaceSettings } from './pace.ts';

export interface HttpFetcherSettings extends PaceSettings, ConnectionSettings {
  /** How many requests are under way at a time; the rest waits. One ends with its body. */
  readonly requestsAtOnce: number;
  readonly userAgent: string;
}

export interface HttpFetcher extends Fetcher {
  /** Ends idle connections now. They keep no process alive, so nobody needs to. */
  readonly close: () => void;
}

const defaults = {
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  slowGraceMs: 60_000,
  minBytesPerSecond: 1_000,
  requestsAtOnce: 64,
  userAgent: 'tuf-on-git',
};

/**
 * A fetcher with connections of its own, kept open between requests. Proxies are those of the
 * environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), unless `env` is given.
 *
 * It throws `download.*`, and `client.configuration` for a URL, a proxy variable or a `ca` that is none.
 */
export function httpFetcher(settings: Partial<HttpFetcherSettings> = {}): HttpFetcher {
  const all: HttpFetcherSettings = { env: process.env, ...defaults, ...settings };
  const connections = new Connections(all);
  const limit = new RequestLimit(all.requestsAtOnce);
  return {
    async fetch(url, options) {
      const target = parseUrl(url);
      const where = withoutSecrets(target);
      const route = await connections.to(target);
      const turn = { timeoutMs: all.answerTimeoutMs, endTurn: await limit.take() };
      const response = await send(
        where,
        route,
        { ...headersFor(options, all), ...route.headers },
        turn,
      );
      const exchange: Exchange = { where, response, options, proxy: route.proxy };
      const refusal = refusalOf(exchange);
      if (refusal === undefined) return fetched(exchange, new Pace(all));
      if (refusal instanceof StatusError) await discard(response);
      else response.destroy();
      throw refusal;
    },
    close: () => {
      connections.close();
    },
  };
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw fault('client.configuration', url, 'it is no http or https URL');
}

/** As messages name it. */
function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search}`;
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

interface Turn {
  readonly timeoutMs: number;
  readonly endTurn: () => void;
}

function send(
  where: string,
  { options, proxy }: Route,
  headers: http.OutgoingHttpHeaders,
  { timeoutMs, endTurn }: Turn,
): Promise<http.IncomingMessage> {
  const { request } = options.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const pending = request({ ...options, headers });
    const timer = setTimeout(() => {
      const way = proxy === undefined ? '' : `, through the proxy ${proxy}`;
      pending.destroy(
        fault('download.too-slow', where, `no answer in ${timeoutMs / 1000} s${way}`),
      );
    }, timeoutMs);
    pending.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    pending.once('error', (cause) => {
      reject(networkFault(where, cause, proxy));
    });
    pending.once('close', () => {
      clearTimeout(timer);
      endTurn();
    });
    pending.end();
  });
}
