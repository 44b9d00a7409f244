/** The API of the server that a workspace was cloned from, as the command line uses it. */
import {
  request as requestPlain,
  type ClientRequest,
  type IncomingMessage,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as requestTls } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { fault, visible, type TufOnGitError } from '../../core/error/error.ts';
import { requirePrivate } from '../../core/git/workspace/private-url.ts';

export interface ServerApi {
  /** Base URL of the API, without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The API beside a repository that is served over HTTP; undefined for any other repository. */
export function apiBeside(repositoryUrl: string, token: string | undefined): ServerApi | undefined {
  const base = /^(https?:\/\/.+)\/repository\.git\/?$/.exec(repositoryUrl)?.[1];
  return base === undefined ? undefined : { url: `${base}/api/v1`, token };
}

/** A connection on which nothing moves for so long is given up. */
const idleMs = 60_000;
const maxAnswerChars = 1 << 20;

/**
 * One request. What the server answers before it has read the whole body is its answer.
 * @throws `repository.unreachable`; `repository.refused` for a token over plain HTTP
 */
export async function ask(
  server: ServerApi,
  method: 'GET' | 'HEAD' | 'PUT',
  path: string,
  { headers = {}, body }: { headers?: OutgoingHttpHeaders; body?: Readable } = {},
): Promise<Answer> {
  const asked = requestTo(server, method, path, headers);
  const answered = answerTo(asked);
  // Its own failure is the request's as well, or comes after the answer.
  if (body === undefined) asked.end();
  else void pipeline(body, asked).catch(() => undefined);
  try {
    return await answered;
  } catch (cause) {
    throw unreachable(`${server.url}${path}`, cause);
  } finally {
    asked.destroy();
  }
}

/** An answer whose body is read as it comes; it may be large. */
export interface Download extends Omit<Answer, 'text'> {
  readonly content: AsyncIterable<Uint8Array>;
}

/** @throws as `ask` does, also while the content is read */
export async function download(server: ServerApi, path: string): Promise<Download> {
  const url = `${server.url}${path}`;
  const asked = requestTo(server, 'GET', path);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.once('response', resolve).once('error', reject).end();
    });
    const { statusCode: status = 0, headers } = response;
    return { status, headers, content: contentOf(response, url) };
  } catch (cause) {
    asked.destroy();
    throw unreachable(url, cause);
  }
}

async function* contentOf(response: IncomingMessage, url: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (cause) {
    throw unreachable(url, cause);
  } finally {
    response.destroy();
  }
}

function requestTo(
  server: ServerApi,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
): ClientRequest {
  const url = `${server.url}${path}`;
  if (server.token !== undefined) requirePrivate(url);
  const request = url.startsWith('https:') ? requestTls : requestPlain;
  const authorization =
    server.token === undefined ? {} : { authorization: `Bearer ${server.token}` };
  const asked = request(url, {
    method,
    headers: { ...headers, ...authorization },
    timeout: idleMs,
  });
  asked.on('timeout', () => asked.destroy(new Error('nothing moved for a minute')));
  return asked;
}

function unreachable(url: string, cause: unknown): TufOnGitError {
  const reason = cause instanceof Error ? visible(cause.message) : 'no connection';
  return fault('repository.unreachable', url, reason, { cause });
}

function answerTo(asked: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (text.length < maxAnswerChars) text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
  });
}

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
});

/** A refusal by the server, in its own words. */
export function refusedBy({ url }: ServerApi, { status, text }: Answer): TufOnGitError {
  const problem = problemSchema.safeParse(parsed(text)).data;
  if (problem === undefined) return fault('repository.refused', url, `status ${status}`);
  const message = `refused [${visible(problem.code)}]: ${visible(problem.detail)}`;
  const code = status >= 500 && status !== 507 ? 'repository.unreachable' : 'repository.refused';
  return fault(
    code,
    url,
    message,
    problem.hint === undefined ? {} : { hint: visible(problem.hint) },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page, say
  }
}
