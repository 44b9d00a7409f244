import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { httpFetcher, type HttpFetcherSettings } from '../../../client/http-fetcher.ts';
import { isAbsent } from '../../../client/fetcher.ts';
import { isPassing } from '../../../client/retry.ts';
import { makeAuthority, type Authority } from '../../kit/certificates.ts';
import { serveContent, type ContentServer } from '../../kit/content-server.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { forwardProxy, type ForwardProxy } from '../../kit/forward-proxy.ts';
import { freePort } from '../../kit/free-port.ts';
import { bodyOf } from '../../kit/read-body.ts';

describe('a fetcher behind a proxy', () => {
  const files = new Map([['file', Buffer.from('0123456789')]]);
  let authority: Authority;
  let plain: ContentServer;
  let secure: ContentServer;
  let proxy: ForwardProxy;

  before(() => {
    authority = makeAuthority();
  });
  beforeEach(async () => {
    plain = await serveContent(files);
    secure = await serveContent(files, authority.issue());
    proxy = await forwardProxy();
  });
  afterEach(() => Promise.all([plain.close(), secure.close(), proxy.close()]));

  const fetcher = (more: Partial<HttpFetcherSettings> = {}) =>
    httpFetcher({ env: { ALL_PROXY: proxy.url }, ca: authority.ca, ...more });
  const read = (server: ContentServer, from = fetcher()) => bodyOf(from, `${server.url}file`);
  const authorityOf = (server: ContentServer) => new URL(server.url).host;

  it('asks it for the whole URL of what comes over http', async () => {
    const hosts: unknown[] = [];
    proxy.onRequest = ({ headers }, response) => {
      hosts.push(headers.host);
      response.end('0');
    };
    await read(plain);
    assert.deepEqual(hosts, [authorityOf(plain)]);
    proxy.onRequest = undefined;
    proxy.requests.length = 0;
    assert.equal(await read(plain), '0123456789');
    assert.deepEqual(proxy.requests, [`GET ${plain.url}file`]);
    assert.deepEqual(plain.requests, ['file']);
  });

  it('has it connect to what comes over https, and sees the origin’s certificate', async () => {
    assert.equal(await read(secure), '0123456789');
    assert.deepEqual(proxy.requests, [`CONNECT ${authorityOf(secure)}`]);
    await rejectsWithFault(
      'download.certificate',
      read(secure, httpFetcher({ env: { ALL_PROXY: proxy.url } })),
    );
  });

  it('does not ask it for what is exempt', async () => {
    const env = { ALL_PROXY: proxy.url, NO_PROXY: '127.0.0.0/8' };
    assert.equal(await read(secure, fetcher({ env })), '0123456789');
    assert.deepEqual(proxy.requests, []);
  });

  it('keeps its tunnel open from request to request, and closes it when told to', async () => {
    const one = fetcher();
    for (let count = 0; count < 3; count += 1) await read(secure, one);
    assert.equal(proxy.requests.length, 1);
    assert.equal(secure.requests.length, 3);
    const [socket] = [...proxy.sockets];
    assert.ok(socket);
    one.close();
    await once(socket, 'close');
    await read(secure, one);
    assert.equal(proxy.requests.length, 2);
  });

  it('gives name and password to the proxy, and never to the server', async () => {
    const env = { ALL_PROXY: proxy.url.replace('//', '//alice:p%20w@') };
    const seen: unknown[] = [];
    for (const server of [plain, secure]) {
      server.answers.set('file', ({ headers }, response) => {
        seen.push(headers['proxy-authorization']);
        response.end();
      });
      await read(server, fetcher({ env }));
    }
    const expected = `Basic ${Buffer.from('alice:p w').toString('base64')}`;
    assert.deepEqual(proxy.authorizations, [expected, expected]);
    assert.deepEqual(seen, [undefined, undefined]);
  });

  it('keeps connections open where there is no proxy, too', async () => {
    const sockets = new Set<unknown>();
    secure.answers.set('file', ({ socket }, response) => {
      sockets.add(socket);
      response.end('0');
    });
    const direct = fetcher({ env: {} });
    for (let count = 0; count < 3; count += 1) await read(secure, direct);
    assert.equal(sockets.size, 1);
  });

  it('may speak TLS with the proxy, and TLS with the server inside it', async () => {
    const tlsProxy = await forwardProxy(authority.issue());
    try {
      const one = fetcher({ env: { ALL_PROXY: tlsProxy.url } });
      assert.equal(await read(secure, one), '0123456789');
      assert.equal(await read(plain, one), '0123456789');
      assert.equal(tlsProxy.requests.length, 2);
      const untrusting = httpFetcher({ env: { ALL_PROXY: tlsProxy.url } });
      const error = await rejectsWithFault('download.certificate', read(secure, untrusting));
      assert.equal(error.where, tlsProxy.url);
    } finally {
      await tlsProxy.close();
    }
  });

  describe('that refuses', () => {
    function answer(status: number): void {
      proxy.onConnect = (client) => client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      proxy.onRequest = (_, response) => response.writeHead(status).end();
    }

    it('for want of a password, says so, and is not asked again', async () => {
      answer(407);
      for (const server of [plain, secure]) {
        const error = await rejectsWithFault('download.proxy', read(server));
        assert.equal(error.where, proxy.url);
        assert.equal(isPassing(error), false);
      }
    });

    it('to connect, is not taken for a server that has no such file', async () => {
      for (const status of [403, 404]) {
        answer(status);
        const error = await rejectsWithFault('download.proxy', read(secure));
        assert.equal(isAbsent(error), false);
        assert.equal(isPassing(error), false);
      }
    });

    it('because it cannot reach the server, may be asked again', async () => {
      answer(502);
      assert.ok(isPassing(await rejectsWithFault('download.unreachable', read(secure))));
      assert.ok(isPassing(await rejectsWithFault('download.status', read(plain))));
    });
  });

  it('does not follow a proxy that leads to another server', async () => {
    const other = await serveContent(files, makeAuthority().issue());
    try {
      proxy.onConnect = (client) => {
        const origin = connect(Number(new URL(other.url).port), '127.0.0.1');
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        origin.pipe(client).pipe(origin);
      };
      await rejectsWithFault('download.certificate', read(secure));
      assert.deepEqual(other.requests, []);
    } finally {
      await other.close();
    }
  });

  it('gives up on a proxy that says nothing, and hangs up', async () => {
    const hungUp = new Promise<void>((resolve) => {
      proxy.onConnect = (client) => client.once('end', resolve).resume();
    });
    await rejectsWithFault('download.too-slow', read(secure, fetcher({ answerTimeoutMs: 1_000 })));
    await hungUp;
  });

  it('gives up on a tunnel in which nothing is said', async () => {
    proxy.onConnect = (client) => client.write('HTTP/1.1 200 OK\r\n\r\n');
    await rejectsWithFault('download.too-slow', read(secure, fetcher({ answerTimeoutMs: 30 })));
  });

  it('names the proxy that cannot be reached', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const server of [plain, secure]) {
      const { where, message } = await rejectsWithFault(
        'download.unreachable',
        read(server, fetcher({ env: { ALL_PROXY: url } })),
      );
      assert.ok(`${where} ${message}`.includes(url));
    }
  });

  it('tells a proxy that dies: before its answer, in its head, after it, and amid a body', async () => {
    const deaths = ['', 'HTTP/1.1 2', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\n\r\n'];
    for (const death of deaths) {
      proxy.onConnect = (client) => client.end(death);
      await rejectsWithFault('download.unreachable', read(secure));
    }
    proxy.onRequest = (_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('01', () => response.destroy());
    };
    await rejectsWithFault('download.unreachable', read(plain));
  });

  it('is not misled by what is no proxy', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const one = fetcher({ env: { ALL_PROXY: `127.0.0.1:${port}` } });
      await rejectsWithFault('download.unreachable', read(secure, one));
      await rejectsWithFault('download.unreachable', read(plain, one));
    } finally {
      server.close();
    }
  });
});
