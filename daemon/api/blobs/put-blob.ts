/** Takes in the body of a PUT as a file, or a piece of one. */
import type { Context } from 'koa';
import type { Received, Uploads } from '../../../core/blobs/uploads.ts';
import { fault } from '../../../core/error/error.ts';
import { places } from '../../http/places.ts';
import type { Log } from '../../log.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest } from '../route.ts';
import type { AskedBlob } from './asked-blob.ts';
import { extentOf } from './content-range.ts';
import type { KnownBlobs } from './known-blobs.ts';

export interface PutOptions {
  readonly known: KnownBlobs;
  readonly uploads: Uploads;
  /** How many files are taken in at once; more wait. */
  readonly maxConcurrent: number;
  readonly log: Log;
}

const maxWaitMs = 30_000;

export function putBlob(
  options: PutOptions,
): (request: ApiRequest, asked: AskedBlob) => Promise<void> {
  const most = options.maxConcurrent;
  const room = places({ most, maxWaiting: most * 8, maxWaitMs });
  return async ({ ctx }, asked) => {
    const leave = await room.enter();
    if (leave === undefined) throw busy();
    try {
      await take(ctx, asked, options);
    } finally {
      leave();
    }
  };
}

async function take(ctx: Context, asked: AskedBlob, options: PutOptions): Promise<void> {
  const { token, sha256 } = asked;
  refuseEncoded(ctx.get('Content-Encoding'));
  const extent = extentOf(ctx.get('Content-Range'), ctx.get('Content-Length'));
  if ((await options.known.findPublic(sha256)) !== undefined) {
    ctx.status = 204;
    return;
  }
  // What is whole may be hashed for longer than a connection may be silent.
  ctx.req.once('end', () => ctx.req.socket.setTimeout(0));
  const content = ctx.req.iterator({ destroyOnReturn: false });
  try {
    const received = await options.uploads.receive(token, sha256, { ...extent, content });
    answer(ctx, received);
    if (received.kind === 'stored') options.log.info({ token, sha256 }, 'a file was uploaded');
  } catch (error) {
    // Nobody is there to be told; what has come is kept.
    if (!ctx.req.complete && ctx.req.destroyed) return;
    throw error;
  }
}

function answer(ctx: Context, received: Received): void {
  ctx.body = null;
  ctx.status = received.kind === 'stored' ? 201 : received.kind === 'held' ? 204 : 202;
  if (!('offset' in received)) return;
  const headers = { 'Upload-Offset': String(received.offset) };
  ctx.set(headers);
  if (received.kind !== 'gap') return;
  const message = `the next piece begins at ${received.offset}`;
  throw new Refusal(416, [fault('blob.range', 'Content-Range', message)], headers);
}

function refuseEncoded(encoding: string): void {
  if (encoding === '' || encoding.toLowerCase() === 'identity') return;
  const message = 'the body must be the file itself';
  throw new Refusal(415, [fault('request.form', 'Content-Encoding', message)]);
}

function busy(): Refusal {
  const message = 'too many files come in at once';
  return new Refusal(503, [fault('request.too-many', 'blobs', message)], { 'Retry-After': '10' });
}
