/**
 * What clients read: `/metadata` and `/targets`, nothing else. A CDN or nginx may stand before it.
 *
 * A URL is looked up in the manifest, so only what a published generation names can be read. 404
 * means truly absent (for the next root: there is none newer), 503 that the answer is not known now.
 * Plain node:http: a framework would take a third of the speed of answers that come from memory.
 */
import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from 'node:http';
import type { Log } from '../log.ts';
import type { Manifest, PublishedFile } from '../public/manifest.ts';
import type { ByteRange, PublicStore } from '../public/public-store.ts';
import { contentName } from './content-name.ts';
import { parseRange } from './range.ts';
import { sendPieces } from './send-pieces.ts';

export interface ContentOptions {
  readonly manifest: Manifest;
  readonly store: PublicStore;
  /** False until a generation can be served. */
  readonly isServing: () => boolean;
  /** Told of a file that should be in the store and is not, or not as it should be. */
  readonly missed: (name: string) => void;
  readonly log: Log;
}

export function contentListener(options: ContentOptions): RequestListener {
  return (request, response) => {
    answer(request, response, options)?.catch((error: unknown) => {
      failed(response, error, options.log);
    });
  };
}

/** @returns nothing when all was said at once, from memory */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ContentOptions,
): Promise<void> | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    plain(response, 405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    return undefined;
  }
  if (hasBody(request)) {
    plain(response, 400, 'Bad Request', { Connection: 'close' });
    return undefined;
  }
  if (!options.isServing()) {
    plain(response, 503, 'Service Unavailable', { 'Retry-After': '2' });
    return undefined;
  }
  const name = contentName(request.url ?? '');
  const file = name === undefined ? undefined : options.manifest.find(name);
  if (file !== undefined) return send(request, response, file, options);
  plain(response, 404, 'Not Found');
  return undefined;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: PublishedFile,
  options: ContentOptions,
): Promise<void> | undefined {
  const { content, length, etag } = file;
  const headers = headersOf(file);
  if (listsTag(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return undefined;
  }
  if (content.kind === 'stored') return sendStored(request, response, content.name, file, options);
  response.writeHead(200, { ...headers, 'Content-Length': length });
  if (request.method === 'HEAD') response.end();
  else response.end(bodyOf(content.bytes), 'latin1');
  return undefined;
}

const mostTextBytes = 64 << 10;
const texts = new WeakMap<Uint8Array, string>();

/**
 * Of what is short, a text with a character for each byte: node sends that in one write with the headers. Of
 * what is long, a second copy is not worth it.
 */
function bodyOf(bytes: Uint8Array): string | Uint8Array {
  if (bytes.length > mostTextBytes) return bytes;
  const known = texts.get(bytes);
  if (known !== undefined) return known;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  texts.set(bytes, text);
  return text;
}

async function sendStored(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  file: PublishedFile,
  { store, missed, log }: ContentOptions,
): Promise<void> {
  const { length } = file;
  const range = wantedRange(request, file);
  if (range === 'unsatisfiable') {
    plain(response, 416, 'Range Not Satisfiable', { 'Content-Range': `bytes */${length}` });
    return;
  }
  const opened = await store.open(name, length);
  if (opened === undefined) {
    log.error({ file: name }, 'a published file is not what it should be');
    missed(name);
    plain(response, 503, 'Service Unavailable', unable);
    return;
  }
  try {
    sayLength(response, file, range);
    const wanted = range ?? { start: 0, end: length - 1 };
    if (request.method === 'GET') await sendPieces(response, opened.pieces(wanted));
    response.end();
  } finally {
    await opened.close();
  }
}

function sayLength(
  response: ServerResponse,
  file: PublishedFile,
  range: ByteRange | undefined,
): void {
  const headers = headersOf(file);
  const { length } = file;
  if (range === undefined) {
    response.writeHead(200, { ...headers, 'Content-Length': length });
    return;
  }
  const { start, end } = range;
  response.writeHead(206, {
    ...headers,
    'Content-Length': end - start + 1,
    'Content-Range': `bytes ${start}-${end}/${length}`,
  });
}

const unable = { 'Retry-After': '10' };

/** Of a client that is gone there is nothing to say but that. */
function failed(response: ServerResponse, error: unknown, log: Log): void {
  if (response.destroyed) {
    log.debug({ err: error }, 'a download was cut');
    return;
  }
  log.error({ err: error }, 'a published file cannot be read');
  if (response.headersSent) response.destroy();
  else plain(response, 503, 'Service Unavailable', unable);
}

const always = { 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' };
const immutable = 'public, max-age=31536000, immutable';
const headersOfKind = {
  timestamp: { ...always, 'Cache-Control': 'no-cache', 'Content-Type': 'application/json' },
  metadata: { ...always, 'Cache-Control': immutable, 'Content-Type': 'application/json' },
  target: {
    ...always,
    'Cache-Control': immutable,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment',
    'Content-Security-Policy': "default-src 'none'",
    'Accept-Ranges': 'bytes',
  },
} as const;

function headersOf({ kind, etag }: PublishedFile): OutgoingHttpHeaders {
  return { ...headersOfKind[kind], ETag: etag };
}

/** Ranges are for targets, in a GET, and only of the very file that `If-Range` names, if it names one. */
function wantedRange(
  { method, headers }: IncomingMessage,
  { kind, etag, length }: PublishedFile,
): ByteRange | 'unsatisfiable' | undefined {
  if (headers.range === undefined || kind !== 'target' || method !== 'GET') return undefined;
  const condition = headers['if-range'];
  return condition === undefined || condition === etag
    ? parseRange(headers.range, length)
    : undefined;
}

/** RFC 9110 §13.1.2, by weak comparison. */
function listsTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** An answer without content: one line of text that no cache may keep. */
function plain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    ...always,
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
