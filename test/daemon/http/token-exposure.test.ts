import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from 'koa';
import Koa from 'koa';
import { refuseExposedTokens } from '../../../daemon/http/token-exposure.ts';

describe('a token over plain HTTP', () => {
  let server: Server;
  let folder = '';
  let from: string | undefined;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-test-'));
    const app = new Koa();
    app.use(async (ctx: Context, next) => {
      // A connection over this socket comes from no address of this machine, so each test names one.
      Object.defineProperty(ctx.req.socket, 'remoteAddress', { value: from, configurable: true });
      await next();
    });
    app.use(refuseExposedTokens(['192.0.2.7', '198.51.100.0/24', '2001:db8::/32']));
    app.use((ctx) => {
      ctx.body = 'let in';
    });
    const callback = app.callback();
    server = createServer((req, res) => void callback(req, res));
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'socket'), resolve));
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  interface Answer {
    readonly status: number;
    readonly text: string;
  }

  const ask = (address: string | undefined, headers: Record<string, string>, at = '/api/v1/x') => {
    from = address;
    const socketPath = path.join(folder, 'socket');
    return new Promise<Answer>((resolve, reject) => {
      const asked = request({ socketPath, path: at, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
      asked.on('error', reject).end();
    });
  };
  const bearer = { Authorization: 'Bearer tog_x' };

  it('is refused from another machine, Bearer and Basic alike', async () => {
    for (const headers of [bearer, { Authorization: 'Basic eDp5' }]) {
      const { status, text } = await ask('203.0.113.9', headers);
      assert.equal(status, 403);
      assert.match(text, /"code":"token\.exposed"/);
    }
    assert.equal((await ask(undefined, bearer)).status, 403);
    assert.equal((await ask('203.0.113.9', {})).status, 200);
  });

  it('is refused to git in one line that git shows', async () => {
    const { status, text } = await ask('203.0.113.9', bearer, '/repository.git/info/refs');
    assert.equal(status, 403);
    assert.match(text, /^tokens are not accepted over plain HTTP.*\n$/);
  });

  it('is taken from this machine and from listed proxies', async () => {
    const near = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '192.0.2.7'];
    for (const address of [...near, '198.51.100.200', '::ffff:192.0.2.7', '2001:db8::5']) {
      assert.equal((await ask(address, bearer)).status, 200, address);
    }
    for (const address of ['192.0.2.8', '::ffff:192.0.2.8', '1.127.0.0', '::11', '2001:db9::5']) {
      assert.equal((await ask(address, bearer)).status, 403, address);
    }
  });

  it('is refused when the proxy says that it came to it by plain HTTP', async () => {
    const cameBy = (scheme: string) => ({ ...bearer, 'X-Forwarded-Proto': scheme });
    assert.equal((await ask('192.0.2.7', cameBy('https'))).status, 200);
    assert.equal((await ask('192.0.2.7', cameBy('http'))).status, 403);
  });
});
