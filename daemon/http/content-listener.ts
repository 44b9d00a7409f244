/**
 * What clients read: `/metadata` and `/targets`, nothing else. A CDN or nginx may stand before it.
 *
 * A URL is looked up in the manifest, so only what a published generation names can be read. 404
 * means truly absent (for the next root: there is none newer), 503 that the answer is not known now.
 */
import Koa, { type Context } from 'koa';
import type { Log } from '../log.ts';
import type { Manifest, PublishedFile } from '../publish/manifest.ts';
import type { ByteRange, PublicStore } from '../publish/public-store.ts';
import { contentName } from './content-name.ts';
import { parseRange } from './range.ts';

export interface ContentOptions {
  readonly manifest: Manifest;
  readonly store: PublicStore;
  /** False until a generation can be served. */
  readonly isServing: () => boolean;
  readonly log: Log;
}

export function contentApp(options: ContentOptions): Koa {
  const app = new Koa();
  app.on('error', (error: unknown) => {
    options.log.debug({ err: error }, 'a download was cut');
  });
  app.use(async (ctx) => {
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' });
    try {
      await answer(ctx, options);
    } catch (error) {
      options.log.error({ err: error }, 'a published file cannot be read');
      plain(ctx, 503, 'Service Unavailable', { 'Retry-After': '10' });
    }
  });
  return app;
}

async function answer(ctx: Context, options: ContentOptions): Promise<void> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    plain(ctx, 405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    return;
  }
  if (hasBody(ctx)) {
    plain(ctx, 400, 'Bad Request', { Connection: 'close' });
    return;
  }
  if (!options.isServing()) {
    plain(ctx, 503, 'Service Unavailable', { 'Retry-After': '2' });
    return;
  }
  const name = contentName(ctx.req.url ?? '');
  const file = name === undefined ? undefined : options.manifest.find(name);
  if (file === undefined) plain(ctx, 404, 'Not Found');
  else await send(ctx, file, options);
}

async function send(ctx: Context, file: PublishedFile, options: ContentOptions): Promise<void> {
  ctx.set(headersOf(file));
  if (listsTag(ctx.get('If-None-Match'), file.etag)) {
    ctx.status = 304;
    return;
  }
  const range = wantedRange(ctx, file);
  if (range === 'unsatisfiable') {
    plain(ctx, 416, 'Range Not Satisfiable', { 'Content-Range': `bytes */${file.length}` });
    return;
  }
  await sendBytes(ctx, file, range, options);
}

async function sendBytes(
  ctx: Context,
  { content, length }: PublishedFile,
  range: ByteRange | undefined,
  { store, log }: ContentOptions,
): Promise<void> {
  const bytes = range === undefined ? length : range.end - range.start + 1;
  const body = () =>
    content.kind === 'memory'
      ? Buffer.from(content.bytes.buffer, content.bytes.byteOffset, length)
      : store.open(content.name, length, range);
  const sent = ctx.method === 'HEAD' ? null : await body();
  if (sent === undefined) {
    const hint = 'it is put back at the next start';
    log.error({ file: ctx.path, hint }, 'a published file is not what it should be');
    plain(ctx, 503, 'Service Unavailable', { 'Retry-After': '10' });
    return;
  }
  ctx.status = range === undefined ? 200 : 206;
  if (range !== undefined) {
    ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${length}`);
  }
  if (sent !== null) ctx.body = sent;
  ctx.length = bytes;
}

const immutable = 'public, max-age=31536000, immutable';

function headersOf({ kind, etag }: PublishedFile): Record<string, string> {
  if (kind === 'timestamp') {
    return { ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': 'application/json' };
  }
  if (kind === 'metadata') {
    return { ETag: etag, 'Cache-Control': immutable, 'Content-Type': 'application/json' };
  }
  return {
    ETag: etag,
    'Cache-Control': immutable,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': 'attachment',
    'Content-Security-Policy': "default-src 'none'",
    'Accept-Ranges': 'bytes',
  };
}

/** Ranges are for targets, in a GET, and only of the very file that `If-Range` names, if it names one. */
function wantedRange(ctx: Context, { kind, etag, length }: PublishedFile) {
  const header = ctx.get('Range');
  if (header === '' || kind !== 'target' || ctx.method !== 'GET') return undefined;
  const condition = ctx.get('If-Range');
  return condition === '' || condition === etag ? parseRange(header, length) : undefined;
}

/** RFC 9110 §13.1.2, by weak comparison. */
function listsTag(header: string, etag: string): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

function hasBody(ctx: Context): boolean {
  const length = ctx.get('Content-Length');
  return ctx.get('Transfer-Encoding') !== '' || (length !== '' && length !== '0');
}

/** An answer without content: one line of text that no cache may keep. */
function plain(
  ctx: Context,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  for (const name of ['ETag', 'Content-Disposition', 'Accept-Ranges', 'Content-Range']) {
    ctx.remove(name);
  }
  ctx.set({ 'Cache-Control': 'no-store', ...headers });
  ctx.status = status;
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = `${text}\n`;
}
