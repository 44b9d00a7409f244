/** `/blobs/{sha256}`: target files on their way into the blob store. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import type { Parts } from '../../parts.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest, ApiRoute, Parameter } from '../route.ts';
import { askedBlob, type AskedBlob } from './asked-blob.ts';
import { isListedInEvent } from './event-blobs.ts';
import { knownBlobs, type KnownBlobs } from './known-blobs.ts';
import { putBlob } from './put-blob.ts';

type BlobParts = Pick<Parts, 'home' | 'git' | 'blobs' | 'uploads' | 'publisher' | 'log'>;

export function blobRoutes(parts: BlobParts): readonly ApiRoute[] {
  const known = knownBlobs(parts);
  const { uploads, log, home } = parts;
  const put = putBlob({ known, uploads, log, maxConcurrent: home.config.uploads.maxConcurrent });
  return [headRoute(known, parts), readRoute(known, parts), putRoute(put)];
}

const parameters: readonly Parameter[] = [
  {
    in: 'path',
    name: 'sha256',
    description: 'of the file, in lower-case hex',
    schema: z.string().regex(/^[0-9a-f]{64}$/),
  },
];

function headRoute(known: KnownBlobs, { uploads }: BlobParts): ApiRoute {
  return {
    method: 'head',
    path: '/blobs/{sha256}',
    scope: 'blob:put',
    operation: {
      id: 'findBlob',
      summary: 'Whether a file is in the blob store',
      description:
        'Answers for what the token has sent itself and for what is public. Where an upload is ' +
        'unfinished, `Upload-Offset` says how many bytes of it are there.',
      parameters,
      answers: {
        200: { description: 'It is; `Content-Length` is its length' },
        404: { description: 'Not that this token may know of' },
      },
    },
    handle: async (request) => {
      const { ctx } = request;
      const { token, sha256 } = askedBlob(request);
      const found = await known.find(token, sha256);
      if (found === undefined) throw notFound(await uploads.offset(token, sha256));
      ctx.status = 200;
      ctx.length = found.length;
    },
  };
}

/** For those who sign: they check a file before they put their name to it. */
function readRoute(known: KnownBlobs, { git, blobs }: BlobParts): ApiRoute {
  return {
    method: 'get',
    path: '/blobs/{sha256}',
    scope: 'git:push',
    operation: {
      id: 'readBlob',
      summary: 'A file of the blob store',
      description:
        'What the token has sent itself, what is public, and what an open signing event lists: for ' +
        'those who check what they sign.',
      parameters,
      answers: {
        200: { description: 'Its content', body: 'binary' },
        404: { description: 'None that this token may see', body: 'problem' },
      },
    },
    handle: async (request) => {
      const { ctx } = request;
      const { token, sha256 } = askedBlob(request);
      const found =
        (await known.find(token, sha256)) ??
        ((await isListedInEvent(git, sha256)) ? await blobs.find(sha256) : undefined);
      if (found === undefined) throw notFound(undefined);
      ctx.type = 'application/octet-stream';
      ctx.set({
        'Content-Disposition': 'attachment',
        'Content-Security-Policy': "default-src 'none'",
      });
      ctx.body = blobs.stream(sha256);
      ctx.length = found.length;
    },
  };
}

function putRoute(put: (request: ApiRequest, asked: AskedBlob) => Promise<void>): ApiRoute {
  return {
    method: 'put',
    path: '/blobs/{sha256}',
    scope: 'blob:put',
    operation: {
      id: 'putBlob',
      summary: 'Sends a file to the blob store',
      description:
        'The whole file, or a piece of it by `Content-Range: bytes A-B/TOTAL`, each of which begins ' +
        'where the one before has ended. What broke off is gone on with at `Upload-Offset`.',
      parameters: [
        ...parameters,
        {
          in: 'header',
          name: 'Content-Range',
          description: 'which bytes of the file the body holds; absent: all',
          schema: z.string(),
        },
      ],
      body: { 'application/octet-stream': 'binary' },
      answers: {
        201: { description: 'The file is in the store' },
        202: { description: 'More is to come, from `Upload-Offset` on' },
        204: { description: 'The file was there already' },
        413: { description: 'The file is too large', body: 'problem' },
        415: { description: 'The body has a Content-Encoding', body: 'problem' },
        416: { description: 'The piece does not begin at `Upload-Offset`', body: 'problem' },
        422: { description: 'What was sent is another file', body: 'problem' },
        507: { description: 'The quota, or the disk, is full', body: 'problem' },
      },
    },
    handle: (request) => put(request, askedBlob(request)),
  };
}

function notFound(offset: number | undefined): Refusal {
  const headers = offset === undefined ? {} : { 'Upload-Offset': String(offset) };
  return new Refusal(404, [fault('blob.not-found', 'sha256', 'there is no such file')], headers);
}
