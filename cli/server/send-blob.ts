/** Bringing a file to the server's blob store: only what it lacks, from where the last try broke off. */
import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { ask, refusedBy, type Answer, type ServerApi } from './api.ts';
import type { FileDescription } from '../../core/metadata/draft.ts';

/** How often it may break off without a byte of progress. */
const mostTries = 5;
const pauseMs = 500;
const readBytes = 1 << 20;

/** A file at hand. */
export interface Blob extends FileDescription {
  /** Absolute path. */
  readonly source: string;
}

/**
 * @param onProgress is told how many bytes the server has
 * @throws `repository.unreachable` when the connection breaks again and again, `repository.refused`,
 *   `target.hash` when the file is not what it was
 */
export async function sendBlob(
  server: ServerApi,
  blob: Blob,
  onProgress: (sent: number) => void,
): Promise<void> {
  let best = -1;
  let tries = 0;
  for (;;) {
    try {
      const offset = await offsetAt(server, blob);
      if (offset === undefined) return;
      [best, tries] = offset > best ? [offset, 0] : [best, tries];
      if (isStored(await put(server, blob, offset, onProgress), server, blob)) return;
    } catch (error) {
      const isBreak = error instanceof TufOnGitError && error.code === 'repository.unreachable';
      if (!isBreak || tries === mostTries) throw error;
    }
    tries += 1;
    if (tries > mostTries) throw noProgress(server, blob);
    await delay(pauseMs * tries);
  }
}

function noProgress({ url }: ServerApi, { source }: Blob): TufOnGitError {
  return fault('repository.unreachable', url, `the server takes no more of ${source}`);
}

/** The byte that the server wants next; undefined when it has all of them. */
async function offsetAt(server: ServerApi, { sha256 }: Blob): Promise<number | undefined> {
  const answer = await ask(server, 'HEAD', `/blobs/${sha256}`);
  if (answer.status === 200) return undefined;
  if (answer.status === 404) return wantedFrom(answer);
  throw refusedBy(server, answer);
}

function wantedFrom({ headers }: Answer): number {
  const offset = Number(headers['upload-offset'] ?? 0);
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : 0;
}

function put(
  server: ServerApi,
  { source, sha256, length }: Blob,
  from: number,
  onProgress: (sent: number) => void,
): Promise<Answer> {
  const body = createReadStream(source, { start: from, highWaterMark: readBytes });
  let sent = from;
  body.on('data', (chunk) => {
    sent += chunk.length;
    onProgress(sent);
  });
  body.pause();
  const range = from === 0 ? {} : { 'content-range': rangeOf(from, length) };
  const headers = { 'content-length': length - from, ...range };
  return ask(server, 'PUT', `/blobs/${sha256}`, { headers, body });
}

/** From that byte on; where the server has all of them, it is told so. */
function rangeOf(from: number, length: number): string {
  return from < length ? `bytes ${from}-${length - 1}/${length}` : `bytes */${length}`;
}

/** False when the server wants the rest from another place. */
function isStored(answer: Answer, server: ServerApi, { source }: Blob): boolean {
  if (answer.status === 201 || answer.status === 204) return true;
  if (answer.status === 202 || answer.status === 416) return false;
  if (answer.status === 422) {
    throw fault('target.hash', source, 'the file is not what it was when it was read first', {
      hint: 'run the command again when nobody writes to it',
    });
  }
  throw refusedBy(server, answer);
}
