import { EventEmitter, once } from 'node:events';
import {
  createServer,
  request,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import Koa from 'koa';
import { tokenOf } from '../../daemon/http/git-credentials.ts';
import { gitHttp, type GitHttpOptions } from '../../daemon/http/git-http.ts';

/** A repository served over HTTP on a port of its own; alice may push, bob may only fetch. */
export interface GitServer {
  /** `http://127.0.0.1:PORT/repository.git` */
  readonly url: string;
  /** The same with alice's token in it, as plain git takes it. */
  readonly urlOfAlice: string;
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** What git failed at. */
  readonly errors: readonly unknown[];
  /** The next time that a request of this path arrives. */
  begun(path: string): Promise<void>;
  /** The next time that a request of this path has been dealt with, whatever became of its client. */
  settled(path: string): Promise<void>;
  /** Begins a request for a path below the repository; whoever breaks it off need not catch that. */
  start(method: string, path: string, headers?: Record<string, string>): ClientRequest;
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: string,
  ): Promise<Answer>;
  /** Asks for a whole path as it is given: no client normalises it. */
  askRaw(path: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export const tokenOfAlice = 'tog_alice';
export const tokenOfBob = 'tog_bob';

export const typeOfPush = { 'Content-Type': 'application/x-git-receive-pack-request' };
export const typeOfFetch = { 'Content-Type': 'application/x-git-upload-pack-request' };

export async function gitServer(
  repositoryDir: string,
  options: Partial<GitHttpOptions> = {},
): Promise<GitServer> {
  const requests: SeenRequest[] = [];
  const errors: unknown[] = [];
  const events = new EventEmitter();
  const app = new Koa();
  // Koa's own word on clients that go away; what git fails at comes by onError.
  app.silent = true;
  app.use(async (ctx, next) => {
    requests.push({ method: ctx.method, path: ctx.path, headers: ctx.headers });
    events.emit(`begun ${ctx.path}`);
    await next();
    events.emit(`settled ${ctx.path}`);
  });
  app.use(
    gitHttp({ repositoryDir, authorize, onError: (error) => errors.push(error), ...options }),
  );
  const answerRequest = app.callback();
  const server = createServer((req, res) => void answerRequest(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const start: GitServer['start'] = (method, below, headers = {}) => {
    const path = `/repository.git${below}`;
    const begun = request({ host: '127.0.0.1', port, method, path, headers });
    return begun.on('error', () => undefined);
  };
  return {
    url: `http://127.0.0.1:${port}/repository.git`,
    urlOfAlice: `http://alice:${tokenOfAlice}@127.0.0.1:${port}/repository.git`,
    requests,
    errors,
    begun: async (path) => {
      await once(events, `begun /repository.git${path}`);
    },
    settled: async (path) => {
      await once(events, `settled /repository.git${path}`);
    },
    start,
    ask: async (method, path, headers, body = '') => {
      const asked = start(method, path, headers);
      asked.end(body);
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const text = Buffer.concat((await answer.toArray()) as Buffer[]).toString('latin1');
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
    },
    askRaw: async (path) => {
      const socket = connect(port, '127.0.0.1');
      socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      const text = Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1');
      const [head = '', body = ''] = text.split('\r\n\r\n');
      return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), headers: {}, body };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const authorize: GitHttpOptions['authorize'] = (ctx, service) => {
  const token = tokenOf(ctx.get('Authorization'));
  if (token === tokenOfAlice) return Promise.resolve({ name: 'alice' });
  if (token !== tokenOfBob) return Promise.resolve(undefined);
  return Promise.resolve(service === 'fetch' ? { name: 'bob' } : 'forbidden');
};
