import {
  createServer,
  request as requestFrom,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerCertificate } from './certificates.ts';

/** A proxy as companies have them: CONNECT for https, requests with whole URLs for http. */
export interface ForwardProxy {
  /** Without a slash at its end. */
  readonly url: string;
  /** `CONNECT host:port` and `GET http://…`, in order. */
  readonly requests: string[];
  /** The `proxy-authorization` header of each request, beside `requests`. */
  readonly authorizations: (string | undefined)[];
  /** Takes the place of the tunnel that CONNECT asks for. */
  onConnect: ((client: Duplex) => void) | undefined;
  /** Takes the place of the request that is passed on. */
  onRequest: RequestListener | undefined;
  /** Connections that clients hold open now. */
  readonly sockets: ReadonlySet<Duplex>;
  readonly close: () => Promise<void>;
}

/** @param certificate with one, the proxy itself is spoken to over TLS */
export async function forwardProxy(certificate?: ServerCertificate): Promise<ForwardProxy> {
  const isPlain = certificate === undefined;
  const server = isPlain ? createServer() : createTlsServer(certificate);
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Socket) => {
    track(socket, sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: ForwardProxy = {
    url: `${isPlain ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    authorizations: [],
    onConnect: undefined,
    onRequest: undefined,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const note = ({ method = '', url = '', headers }: IncomingMessage) => {
    proxy.requests.push(`${method} ${url}`);
    proxy.authorizations.push(headers['proxy-authorization']);
  };
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    note(request);
    client.on('error', () => undefined);
    (proxy.onConnect ?? tunnelTo(request.url ?? ''))(client);
  });
  server.on('request', (request: IncomingMessage, response) => {
    note(request);
    (proxy.onRequest ?? passOn)(request, response);
  });
  return proxy;
}

function track(socket: Socket, sockets: Set<Duplex>): void {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.once('close', () => sockets.delete(socket));
}

function tunnelTo(authority: string): (client: Duplex) => void {
  const { hostname, port } = new URL(`http://${authority}`);
  return (client) => {
    const origin = connect(Number(port), hostname.replace(/^\[(.*)\]$/, '$1'), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      origin.pipe(client).pipe(origin);
    });
    origin.on('error', () => client.destroy());
    client.once('close', () => origin.destroy());
  };
}

const passOn: RequestListener = ({ method, url = '', headers }, response) => {
  const others = Object.entries(headers).filter(([name]) => name !== 'proxy-authorization');
  const options = { method: method ?? 'GET', headers: Object.fromEntries(others) };
  const onward = requestFrom(url, options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  onward.end();
};
