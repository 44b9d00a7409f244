import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fault } from '../../core/error/error.ts';
import {
  ended,
  firstComplaint,
  startGit,
  type GitRepository,
} from '../../core/git/binary/git-command.ts';
import type { GitRoute } from './git-route.ts';

export interface BackendRequest {
  readonly route: GitRoute;
  /** The token's name, for the log of refs and the hook. */
  readonly user: string | undefined;
  readonly contentEncoding: string | undefined;
  /** The header `Git-Protocol`, by which a client asks for version 2. */
  readonly protocol: string | undefined;
}

/** A running `git http-backend`, which speaks CGI (RFC 3875). */
export interface Backend {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when the process has gone. @throws `repository.git` when it failed */
  readonly finished: Promise<void>;
}

export interface BackendHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

const MAX_HEAD_BYTES = 16 * 1024;

export function startBackend(repository: GitRepository, request: BackendRequest): Backend {
  const child = startGit(repository, ['http-backend'], environment(repository, request));
  const complaint = firstComplaint(child);
  // It may end before it has read everything; its answer says why.
  child.stdin.on('error', () => undefined);
  const finished = ended(child).then(({ status, signal }) => {
    if (status === 0) return;
    const end = status === null ? `ended by ${String(signal)}` : `status ${status}`;
    throw fault('repository.git', `git http-backend${request.route.pathInfo}`, complaint() || end);
  });
  return { child, finished };
}

/**
 * Reads the header of the answer and leaves the body in the stream.
 * @throws `repository.git` when the process ends without one
 */
export async function readHead(stdout: Readable): Promise<BackendHead> {
  let bytes: Buffer = Buffer.alloc(0);
  // Not destroyed when we leave the loop: the body is still to come.
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end >= 0) {
      stdout.unshift(bytes.subarray(end + 4));
      return parseHead(bytes.toString('latin1', 0, end));
    }
    if (bytes.length > MAX_HEAD_BYTES) break;
  }
  throw fault('repository.git', 'git http-backend', 'it ended without an answer');
}

/**
 * The variables of CGI, built from nothing: of the request only what is checked before or copied into
 * a variable that git reads as a keyword.
 *
 * No CONTENT_LENGTH: http-backend 2.39 waits for exactly so many bytes, and when a client breaks off
 * before, it spins for ever at the end of its input. Without it, the body ends where the input ends.
 */
function environment(repository: GitRepository, request: BackendRequest): NodeJS.ProcessEnv {
  const { route, user, contentEncoding, protocol } = request;
  const service = route.service === 'fetch' ? 'git-upload-pack' : 'git-receive-pack';
  const isAdvertisement = route.pathInfo === '/info/refs';
  return {
    // It finds the repository by itself, as it does for any web server.
    GIT_DIR: undefined,
    GIT_PROJECT_ROOT: repository.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: route.pathInfo,
    REQUEST_METHOD: route.method,
    QUERY_STRING: isAdvertisement ? `service=${service}` : '',
    ...(isAdvertisement ? {} : { CONTENT_TYPE: `application/x-${service}-request` }),
    ...(contentEncoding === undefined ? {} : { HTTP_CONTENT_ENCODING: contentEncoding }),
    ...(protocol !== undefined && /^[a-z0-9=:.-]{1,64}$/.test(protocol)
      ? { GIT_PROTOCOL: protocol }
      : {}),
    ...(user === undefined
      ? {}
      : { REMOTE_USER: user, GIT_COMMITTER_NAME: user, GIT_COMMITTER_EMAIL: `${user}@tokens` }),
  };
}

function parseHead(text: string): BackendHead {
  const headers = new Map(
    text.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const status = Number.parseInt(headers.get('status') ?? '200', 10);
  headers.delete('status');
  return { status, headers };
}
