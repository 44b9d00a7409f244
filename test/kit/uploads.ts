/** Uploads to a daemon, as a client with a token makes them. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { addToken } from '../../core/home/tokens.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { until } from './until.ts';
import type { TestHome } from './home.ts';
import { stat } from 'node:fs/promises';

export interface UploadReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** `Upload-Offset`, where there is one. */
  readonly offset: number | undefined;
  /** Of the problem that the body is. */
  readonly code: unknown;
}

export type UploadHeaders = Readonly<Record<string, string | number>>;

export interface UploadClient {
  head(sha256: string): Promise<UploadReply>;
  /** Sends a body in one go. */
  put(sha256: string, body: string | Uint8Array, headers?: UploadHeaders): Promise<UploadReply>;
  /** A request whose body is still to be written; whoever breaks it off need not catch that. */
  begin(sha256: string, headers?: UploadHeaders): ClientRequest;
}

/** @param url of the console @param token undefined: none is sent */
export function uploadClient(url: string, token: string | undefined): UploadClient {
  const start = (method: string, sha256: string, headers: UploadHeaders = {}) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const asked = request(`${url}/api/v1/blobs/${sha256}`, {
      method,
      agent: false,
      headers: { ...authorization, ...headers },
    });
    asked.on('error', () => undefined);
    return asked;
  };
  return {
    head: (sha256) => replyOf(start('HEAD', sha256).end()),
    put: (sha256, body, headers) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      return replyOf(start('PUT', sha256, { ...length, ...headers }).end(body));
    },
    begin: (sha256, headers) => start('PUT', sha256, headers),
  };
}

export async function replyOf(asked: ClientRequest): Promise<UploadReply> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const offset = response.headers['upload-offset'];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    offset: offset === undefined ? undefined : Number(offset),
    code: text === '' ? undefined : (JSON.parse(text) as JsonObject)['code'],
  };
}

/** A token for an hour, whose name is its holder's. */
export function issueToken(
  { paths }: TestHome,
  name: string,
  scopes: readonly string[] = ['blob:put'],
): Promise<string> {
  const now = new Date();
  const expires = new Date(now.getTime() + 3_600_000);
  return addToken(paths.tokens, { name, scopes, now, expires });
}

/** Where a HOME keeps what has come of an upload. */
export function partOf({ paths }: TestHome, token: string, sha256: string): string {
  return path.join(paths.blobs, 'incoming', token, sha256);
}

/** Waits until at least so many bytes of an upload are on the disk. */
export async function partReaches(
  home: TestHome,
  token: string,
  sha256: string,
  bytes: number,
): Promise<void> {
  const file = partOf(home, token, sha256);
  await until(`${bytes} bytes are there`, async () => {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    return size >= bytes;
  });
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
