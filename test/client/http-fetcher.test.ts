import assert from 'node:assert/strict';
import { httpFetcher, type HttpFetcherSettings } from '../../client/http-fetcher.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';

describe('HTTP fetcher', () => {
  const files = new Map([['file', Buffer.from('0123456789')]]);
  let server: ContentServer;

  beforeEach(async () => {
    server = await serveContent(files);
  });
  afterEach(() => server.close());

  async function read(
    settings: Partial<HttpFetcherSettings> = {},
    maxLength = 10,
  ): Promise<string> {
    const { body } = await httpFetcher(settings).fetch(`${server.url}file`, { maxLength });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('reads a file of exactly the allowed length', async () => {
    assert.equal(await read(), '0123456789');
    await rejectsWithFault('download.too-long', read({}, 9));
  });

  it('stops at the allowed length where none is announced', async () => {
    server.answers.set('file', (_, response) => {
      response.write('01234');
      response.end('56789');
    });
    assert.equal(await read({}, 10), '0123456789');
    await rejectsWithFault('download.too-long', read({}, 9));
  });

  it('reads an empty file', async () => {
    server.answers.set('file', (_, response) => response.end());
    assert.equal(await read({}, 0), '');
  });

  it('asks for the plain bytes, and refuses encoded ones', async () => {
    server.answers.set('file', (request, response) => {
      assert.equal(request.headers['accept-encoding'], 'identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    await rejectsWithFault('download.encoded', read());
  });

  it('gives up on a server that does not answer', async () => {
    server.answers.set('file', () => undefined);
    await rejectsWithFault('download.too-slow', read({ answerTimeoutMs: 20 }));
  });

  it('gives up on a body that stalls', async () => {
    server.answers.set('file', (_, response) => response.write('0'));
    await rejectsWithFault('download.too-slow', read({ stallTimeoutMs: 20 }));
  });

  it('gives up on a body that comes byte by byte', async () => {
    server.answers.set('file', (_, response) => {
      const timer = setInterval(() => response.write('0'), 5);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const settings = { stallTimeoutMs: 10_000, slowGraceMs: 60, minBytesPerSecond: 10_000 };
    await rejectsWithFault('download.too-slow', read(settings, 100_000));
  });

  it('does not take the reader for a slow server', async () => {
    const big = Buffer.alloc(4_000_000);
    server.answers.set('file', (_, response) => response.end(big));
    const settings = { stallTimeoutMs: 2_000, slowGraceMs: 2_000, minBytesPerSecond: 1 };
    const { body } = await httpFetcher(settings).fetch(`${server.url}file`, {
      maxLength: big.length,
    });
    let length = 0;
    const until = performance.now() + 2_500;
    for await (const chunk of body) {
      length += chunk.length;
      while (performance.now() < until); // a reader that is busy for longer than a server may be
    }
    assert.equal(length, big.length);
  });

  it('cuts a refusal that goes on without end', async () => {
    server.answers.set('file', (_, response) => {
      response.writeHead(404);
      const more = () => response.write(Buffer.alloc(1024), more);
      more();
    });
    await rejectsWithFault('download.status', read());
  });

  it('refuses what is no http or https URL', async () => {
    for (const url of ['file:///etc/passwd', 'data:,x', 'nonsense']) {
      await rejectsWithFault('client.configuration', httpFetcher().fetch(url, { maxLength: 1 }));
    }
  });

  it('refuses a rest that begins elsewhere than asked', async () => {
    server.answers.set('file', (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 3-9/10' }).end('3456789');
    });
    const options = { maxLength: 10, from: { offset: 5 } };
    await rejectsWithFault('download.status', httpFetcher().fetch(`${server.url}file`, options));
  });
});
