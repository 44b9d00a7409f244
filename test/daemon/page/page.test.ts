import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import type { HomeOptions } from '../../kit/home.ts';
import { rawRequest } from '../../kit/raw-request.ts';
import { servedHome } from '../../kit/served-home.ts';

const pageFolder = path.resolve(import.meta.dirname, '../../../dist/page');
const files = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
] as const;

function policyFor(contentOrigin: string): string {
  return (
    "default-src 'none'; script-src 'self'; style-src 'self'; " +
    `connect-src 'self' ${contentOrigin}; ` +
    "require-trusted-types-for 'script'; trusted-types 'none'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  );
}

describe('the web page at the console listener', () => {
  const suite = daemonSuite();
  let daemon: Daemon;

  async function serve(options?: HomeOptions): Promise<void> {
    daemon = await suite.serve(await suite.home(options), { pageFolder });
  }

  const get = (place: string, headers = {}, method = 'GET') =>
    rawRequest(daemon.console, place, { headers, method });

  it('is three files, as they were built', async () => {
    await serve();
    for (const [place, name, type] of files) {
      const { status, headers, body } = await get(place);
      assert.equal(status, 200, place);
      assert.equal(headers['content-type'], type);
      assert.deepEqual(body, await readFile(path.join(pageFolder, name)));
      const head = await get(place, {}, 'HEAD');
      assert.equal(head.body.length, 0);
      assert.deepEqual({ ...head.headers, date: '' }, { ...headers, date: '' });
    }
  });

  it('may do nothing but run its script, wear its style, and read the two listeners', async () => {
    await serve();
    for (const [place] of files) {
      const { headers } = await get(place);
      assert.equal(headers['content-security-policy'], policyFor(daemon.content));
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['cache-control'], 'no-cache');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  it('reads clients’ files where the setting says that clients do', async () => {
    await serve({
      config: { content: { listen: '127.0.0.1:0', url: 'https://tuf.example.org/x' } },
    });
    const { headers } = await get('/');
    assert.equal(headers['content-security-policy'], policyFor('https://tuf.example.org'));
  });

  it('reads them where the address is an IPv6 literal too, which a policy cannot name', async () => {
    await serve({ config: { content: { listen: '[::1]:0' } } });
    const { port } = new URL(daemon.content);
    assert.equal(daemon.content, `http://[::1]:${port}`);
    const { headers } = await get('/');
    assert.equal(headers['content-security-policy'], policyFor(`http://*:${port}`));
  });

  for (const [url, source] of [
    ['https://[2001:db8::1]', 'https://*:443'],
    ['http://[2001:db8::1]:8080/x', 'http://*:8080'],
  ] as const) {
    it(`reads them where the setting is ${url}`, async () => {
      await serve({ config: { content: { listen: '127.0.0.1:0', url } } });
      const { headers } = await get('/');
      assert.equal(headers['content-security-policy'], policyFor(source));
    });
  }

  it('is sent once, and compressed to whoever takes that', async () => {
    await serve();
    const tags = new Set<string | undefined>();
    for (const encoding of ['identity', 'gzip, br']) {
      const asking = { 'accept-encoding': encoding };
      const { headers, body } = await get('/page.js', asking);
      const isPlain = headers['content-encoding'] === undefined;
      assert.equal(isPlain, encoding === 'identity');
      const whole = await readFile(path.join(pageFolder, 'page.js'));
      assert.deepEqual(isPlain ? body : gunzipSync(body), whole);
      assert.equal(headers.vary, 'Accept-Encoding');
      tags.add(headers.etag);
      const again = await get('/page.js', { ...asking, 'if-none-match': headers.etag });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
      assert.equal(again.headers['content-security-policy'], policyFor(daemon.content));
    }
    assert.equal(tags.size, 2);
    assert.equal((await get('/page.js', { 'if-none-match': '"other"' })).status, 200);
  });

  it('is nothing under any other name, however it is written', async () => {
    await serve();
    for (const place of [
      ...['/index.html', '/stand-alone.html', '/page.js/', '/page', '/PAGE.JS', '//page.js'],
      ...['/%70age.js', '/page.js%00', '/./page.js', '/x/../page.js', '/..%2fpage.js'],
      ...['/../package.json', '/%2e%2e/package.json', '/bin/daemon.cjs', '/favicon.ico'],
    ]) {
      const { status, headers } = await get(place);
      assert.equal(status, 404, place);
      assert.equal(headers['content-type'], 'application/problem+json');
    }
    const posted = await get('/', {}, 'POST');
    assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD']);
  });

  it('is not at the listener that serves uploaded files, which names nothing', async () => {
    await serve();
    for (const [place] of files) {
      const { status, headers, body } = await rawRequest(daemon.content, place);
      assert.deepEqual([status, body.toString()], [404, 'Not Found\n'], place);
      assert.deepEqual(Object.keys(headers).sort(), [
        'access-control-allow-origin',
        'cache-control',
        'connection',
        'content-length',
        'content-type',
        'date',
        'x-content-type-options',
      ]);
    }
  });

  it('comes with the installed program', async () => {
    const home = await servedHome();
    try {
      const { status, body } = await rawRequest(home.console, '/');
      assert.equal(status, 200);
      assert.deepEqual(body, await readFile(path.join(pageFolder, 'index.html')));
    } finally {
      await home.close();
    }
  });
});
