import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { hasCode, systemCode } from '../../core/error/system-error.ts';

/** What one listener bears of its clients; times in milliseconds. */
export interface Limits {
  readonly maxConnections: number;
  /** For a whole request, its body included; 0: none, where bodies are long and watched otherwise. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves for so long is cut. */
  readonly idleTimeoutMs: number;
}

/** Paths of PEM files. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Listener {
  /** Where it can be reached from this machine, without a last `/`. */
  readonly url: string;
  /** Answers what was asked already, for at most so long, and ends. */
  close(graceMs: number): Promise<void>;
}

export type Answered = (method: string | undefined, status: number) => void;

const maxHeaderBytes = 16 * 1024;
const maxHeaders = 100;
const headersTimeoutMs = 10_000;
const keepAliveMs = 5_000;
const sweepMs = 50;

/**
 * @param address `HOST:PORT` as in config.json; port 0 takes a free one
 * @param setting its name there, for errors
 * @param tls files of a certificate and its key; absent: plain HTTP
 * @param answered told of every answer, one that was cut too
 * @throws `home.port-in-use`, `home.configuration` when nobody may listen there, or for files that are
 *   no certificate and key
 */
export async function listen(
  answer: RequestListener,
  address: string,
  setting: string,
  limits: Limits,
  tls?: TlsFiles,
  answered?: Answered,
): Promise<Listener> {
  const server = await serverFor(counted(answer, answered), limits, tls);
  server.maxHeadersCount = maxHeaders;
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTimeoutMs);
  const { host, port } = parseAddress(address);
  await bound(server, host, port, setting);
  const url = urlOf(server, host, tls === undefined ? 'http' : 'https');
  return { url, close: (graceMs) => close(server, graceMs) };
}

function counted(answer: RequestListener, answered: Answered | undefined): RequestListener {
  if (answered === undefined) return answer;
  return (request, response) => {
    response.once('close', () => {
      answered(request.method, response.statusCode);
    });
    answer(request, response);
  };
}

async function serverFor(
  answer: RequestListener,
  limits: Limits,
  tls: TlsFiles | undefined,
): Promise<Server> {
  const options = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: Math.min(headersTimeoutMs, limits.requestTimeoutMs || headersTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: 2_000,
  };
  if (tls === undefined) return createServer(options, answer);
  try {
    const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)]);
    return createTlsServer({ ...options, cert, key }, answer);
  } catch (cause) {
    throw fault('home.configuration', 'tls', 'its files are no certificate and key', { cause });
  }
}

function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host, port: Number(address.slice(colon + 1)) };
}

function bound(server: Server, host: string, port: number, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(cannotListen(`${setting} ${host}:${port}`, cause));
    });
    if (port > 65_535) reject(fault('home.configuration', setting, 'there is no such port'));
    else server.listen(port, host, resolve);
  });
}

function cannotListen(where: string, cause: Error): TufOnGitError {
  if (hasCode(cause, 'EADDRINUSE')) {
    return fault('home.port-in-use', where, 'another program listens on this port', {
      hint: 'name another one in config.json; port 0 takes a free one',
      cause,
    });
  }
  const message = `it cannot be listened on (${systemCode(cause)})`;
  return fault('home.configuration', where, message, { cause });
}

function urlOf(server: Server, host: string, scheme: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** A connection becomes idle when its last answer ends, and would be kept alive then: so they are swept. */
function close(server: Server, graceMs: number): Promise<void> {
  const hurry = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, sweepMs);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(hurry);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
