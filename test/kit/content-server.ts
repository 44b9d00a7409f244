import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from './certificates.ts';
import { sha256 } from './simulated-repository.ts';

/** A server of files in memory, on a port of its own, that a test can make misbehave. */
export interface ContentServer {
  /** With a slash at its end. */
  readonly url: string;
  /** Paths asked for, in order, without the leading slash; a range request ends in ` from N`. */
  readonly requests: string[];
  /** The same as they came, nothing decoded. */
  readonly rawRequests: string[];
  /** Answers that take the place of a file's, by path. */
  readonly answers: Map<string, RequestListener>;
  close(): Promise<void>;
}

/** @param certificate with one, it speaks https */
export async function serveContent(
  files: ReadonlyMap<string, Uint8Array>,
  certificate?: ServerCertificate,
): Promise<ContentServer> {
  const requests: string[] = [];
  const rawRequests: string[] = [];
  const answers = new Map<string, RequestListener>();
  const listener: RequestListener = (request, response) => {
    const rawPath = request.url?.slice(1) ?? '';
    rawRequests.push(rawPath);
    const path = decodeURIComponent(rawPath);
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    requests.push(start === undefined ? path : `${path} from ${start}`);
    // Whoever reads in a browser comes from another origin.
    response.setHeader('access-control-allow-origin', '*');
    const answer = answers.get(path);
    if (answer !== undefined) answer(request, response);
    else answerWith(response, files.get(path), Number(start ?? 0));
  };
  const isPlain = certificate === undefined;
  const server = isPlain ? createServer(listener) : createTlsServer(certificate, listener);
  server.keepAliveTimeout = 120_000; // for whom an idle connection keeps alive, the test is too slow
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${isPlain ? 'http' : 'https'}://127.0.0.1:${port}/`,
    requests,
    rawRequests,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answerWith(response: ServerResponse, file: Uint8Array | undefined, start: number): void {
  if (file === undefined) {
    response.writeHead(404).end('no such file');
    return;
  }
  const etag = `"${sha256(file)}"`;
  if (start === 0) {
    response.writeHead(200, { etag, 'content-length': file.length }).end(file);
    return;
  }
  const range = `bytes ${start}-${file.length - 1}/${file.length}`;
  response.writeHead(206, { etag, 'content-range': range }).end(file.subarray(start));
}
