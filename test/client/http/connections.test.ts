import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { httpFetcher, type HttpFetcher } from '../../../client/http-fetcher.ts';
import { isPassing } from '../../../client/retry.ts';
import { serveContent, type ContentServer } from '../../kit/content-server.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { freePort } from '../../kit/free-port.ts';
import { bodyOf } from '../../kit/read-body.ts';
import { until } from '../../kit/until.ts';

const env = {};

describe('a connection that fails is told in one line', () => {
  async function message(url: string): Promise<string> {
    const error = await rejectsWithFault(
      'download.unreachable',
      bodyOf(httpFetcher({ env, answerTimeoutMs: 60_000 }), url),
    );
    assert.equal(error.where, url);
    assert.ok(isPassing(error));
    return error.message;
  }

  /** What a server that does this to each connection looks like. */
  async function messageFrom(serve: (socket: Socket) => void, scheme = 'http'): Promise<string> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await message(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/file`);
    } finally {
      server.close();
    }
  }

  it('where there is no host of that name', async () => {
    assert.match(await message('http://nowhere.invalid/file'), /host.*(ENOTFOUND|EAI_AGAIN)\)$/);
  });

  it('where nothing listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/file`;
    assert.match(await message(url), /nothing accepts connections there \(ECONNREFUSED\)/);
  });

  it('where the server cuts it, or ends its half before the answer', async () => {
    const cut = /the connection was cut \(ECONNRESET\)/;
    assert.match(await messageFrom((socket) => socket.resetAndDestroy()), cut);
    assert.match(await messageFrom((socket) => socket.end()), cut);
    assert.match(await messageFrom((socket) => socket.end('HTTP/1.1 200 OK\r\nconte')), cut);
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n01';
    assert.match(await messageFrom((socket) => socket.end(half)), cut);
    const chunk = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01';
    assert.match(await messageFrom((socket) => socket.end(chunk)), cut);
  });

  it('where the answer is not HTTP, or has a head without end', async () => {
    const noHttp = /the answer is not HTTP \(HPE_/;
    assert.match(await messageFrom((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n')), noHttp);
    const head = `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`;
    assert.match(await messageFrom((socket) => socket.end(head)), noHttp);
    const lengths = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n';
    assert.match(await messageFrom((socket) => socket.end(lengths)), noHttp);
  });

  it('where no TLS is spoken, or the server breaks it off with an alert', async () => {
    const noTls = /no TLS connection came about/;
    assert.match(await messageFrom((socket) => socket.end('HTTP/1.1 400\r\n\r\n'), 'https'), noTls);
    const alert = Buffer.from('15030300020228', 'hex'); // fatal, handshake_failure
    assert.match(await messageFrom((socket) => socket.end(alert), 'https'), noTls);
  });
});

describe('the connections of a fetcher', () => {
  const files = new Map(['a', 'b', 'c', 'd'].map((name) => [name, Buffer.from(name)]));
  let server: ContentServer;
  let sockets: Set<unknown>;
  beforeEach(async () => {
    server = await serveContent(files);
    sockets = new Set();
  });
  afterEach(() => server.close());

  /** Notes the connection of each request for this file, and what holds its answer back. */
  function hold(name: string): ServerResponse[] {
    const held: ServerResponse[] = [];
    server.answers.set(name, ({ socket }, response) => {
      sockets.add(socket);
      held.push(response);
    });
    return held;
  }
  const read = (fetcher: HttpFetcher, name: string) => bodyOf(fetcher, `${server.url}${name}`);

  it('serve one request after the other, refusals too', async () => {
    for (const [name, status] of Object.entries({ a: 200, b: 404, c: 503, d: 200 })) {
      server.answers.set(name, ({ socket }, response) => {
        sockets.add(socket);
        response.writeHead(status).end('x');
      });
    }
    const fetcher = httpFetcher({ env });
    await read(fetcher, 'a');
    await rejectsWithFault('download.status', read(fetcher, 'b'));
    await rejectsWithFault('download.status', read(fetcher, 'c'));
    await read(fetcher, 'd');
    assert.equal(sockets.size, 1);
  });

  it('are no more than are allowed, and whoever waits is not held to be slow', async () => {
    const held = hold('a');
    const fetcher = httpFetcher({ env, requestsAtOnce: 2, answerTimeoutMs: 3_000 });
    const readings = Array.from({ length: 8 }, () => read(fetcher, 'a'));
    for (let answered = 0; answered < readings.length; answered += 1) {
      const next = await until('a request comes', () => held[answered]);
      assert.ok(held.length - answered <= 2, `${held.length - answered} at once`);
      await delay(500); // 1 s until each is answered, 4 s until the last
      next.end('x');
    }
    assert.ok((await Promise.all(readings)).every((text) => text === 'x'));
    assert.equal(sockets.size, 2);
  });

  it('give their turn on however a request ends', async () => {
    const fetcher = httpFetcher({ env, requestsAtOnce: 1, answerTimeoutMs: 5_000 });
    server.answers.set('a', () => undefined);
    server.answers.set('b', (_, response) => response.socket?.destroy());
    server.answers.set('c', (_, response) => response.writeHead(302).end());
    await rejectsWithFault('download.too-slow', read(fetcher, 'a'));
    await rejectsWithFault('download.unreachable', read(fetcher, 'b'));
    await rejectsWithFault('download.redirected', read(fetcher, 'c'));
    await rejectsWithFault('download.unreachable', bodyOf(fetcher, 'http://127.0.0.1:1/'));
    const { body } = await fetcher.fetch(`${server.url}d`, { maxLength: 1 });
    for await (const chunk of body) {
      assert.equal(String(chunk), 'd');
      break; // and reads no further
    }
    server.answers.delete('a');
    assert.equal(await read(fetcher, 'a'), 'a');
  });

  it('are closed when told to', async () => {
    const closed: Promise<unknown>[] = [];
    server.answers.set('a', ({ socket }, response) => {
      closed.push(once(socket, 'close'));
      response.end('a');
    });
    const fetcher = httpFetcher({ env });
    await read(fetcher, 'a');
    fetcher.close();
    await Promise.all(closed);
    assert.equal(await read(fetcher, 'a'), 'a');
  });

  it('have their password kept out of messages', async () => {
    const url = server.url.replace('//', '//alice:secret@');
    const error = await rejectsWithFault(
      'download.status',
      bodyOf(httpFetcher({ env }), `${url}x`),
    );
    assert.equal(error.where, `${server.url}x`);
  });
});
