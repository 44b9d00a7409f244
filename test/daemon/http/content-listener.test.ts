import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentApp } from '../../../daemon/http/content-listener.ts';
import { listen, type Listener } from '../../../daemon/http/listener.ts';
import { makeLog } from '../../../daemon/log.ts';
import { FolderStore } from '../../../daemon/publish/folder-store.ts';
import { Manifest, memoryFile, storedFile } from '../../../daemon/publish/manifest.ts';
import { rawRequest } from '../../kit/raw-request.ts';

const hash = 'ab'.repeat(32);
const target = `targets/app/1.0/${hash}.tool.bin`;
const oddNames = ['a+b', 'a@b', 'a~b', 'a^b', 'a!b', 'a,b', 'naïve', 'a b', "it's"];
const content = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
const timestamp = Buffer.from('{"timestamp":1}');

describe('the content listener', () => {
  let folder = '';
  let listener: Listener;
  let isServing = true;
  const get = (where: string, headers = {}, method = 'GET') =>
    rawRequest(listener.url, where, { headers, method });

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-test-'));
    const store = await FolderStore.open(folder);
    const manifest = new Manifest();
    const stored = [target, ...oddNames.map((name) => `targets/${hash}.${name}`)];
    for (const name of [...stored, 'metadata/1.root.json', 'unlisted']) {
      await store.put(name, content);
    }
    const files = [...stored, 'metadata/1.root.json'].flatMap((name) => {
      const file = storedFile(name, content.length);
      return file === undefined ? [] : [[name, file] as const];
    });
    manifest.switchTo(files, []);
    manifest.switchTo([['metadata/timestamp.json', memoryFile('timestamp', timestamp, 'x1')]], []);
    manifest.switchTo(
      [['metadata/7.targets.json', memoryFile('metadata', Buffer.from('{}'), '7.targets.json')]],
      [],
    );
    const log = makeLog('silent', false);
    const app = contentApp({ manifest, store, isServing: () => isServing, log });
    const limits = { maxConnections: 100, requestTimeoutMs: 1_000, idleTimeoutMs: 5_000 };
    listener = await listen(app, '127.0.0.1:0', 'content.listen', limits);
  });
  beforeEach(() => {
    isServing = true;
  });
  after(async () => {
    await listener.close(0);
    await rm(folder, { recursive: true });
  });

  const immutable = 'public, max-age=31536000, immutable';
  const table: Record<string, Record<string, string>> = {
    '/metadata/timestamp.json': {
      'cache-control': 'no-cache',
      'content-type': 'application/json',
      etag: '"x1"',
    },
    '/metadata/7.targets.json': {
      'cache-control': immutable,
      'content-type': 'application/json',
      etag: '"7.targets.json"',
    },
    '/metadata/1.root.json': { 'cache-control': immutable, 'content-type': 'application/json' },
    [`/${target}`]: {
      'cache-control': immutable,
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-security-policy': "default-src 'none'",
      'accept-ranges': 'bytes',
      'content-length': '256',
      etag: `"${hash}"`,
    },
  };
  for (const [where, headers] of Object.entries(table)) {
    for (const method of ['GET', 'HEAD']) {
      it(`answers ${method} ${where.slice(0, 30)} with its headers`, async () => {
        const answer = await get(where, {}, method);
        assert.equal(answer.status, 200);
        const common = { 'x-content-type-options': 'nosniff', 'access-control-allow-origin': '*' };
        for (const [name, value] of Object.entries({ ...headers, ...common })) {
          assert.equal(answer.headers[name], value, name);
        }
        assert.equal(answer.headers['content-encoding'], undefined);
        const length = Number(answer.headers['content-length']);
        assert.equal(answer.body.length, method === 'GET' ? length : 0);
      });
    }
  }

  it('serves the bytes, from memory and from the store', async () => {
    assert.deepEqual((await get(`/${target}`)).body, content);
    assert.deepEqual((await get('/metadata/timestamp.json')).body, timestamp);
    assert.deepEqual((await get('/metadata/timestamp.json?x=1')).body, timestamp);
  });

  it('finds a target under every way to encode its name', async () => {
    for (const name of oddNames) {
      const plain = `/targets/${hash}.${name}`;
      const ways = [
        `/targets/${hash}.${encodeURIComponent(name)}`,
        encodeURI(plain),
        `/targets/${[...Buffer.from(`${hash}.${name}`)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
      ];
      for (const way of ways) assert.equal((await get(way)).status, 200, way);
    }
  });

  const absent = [
    '/',
    '/metadata',
    '/metadata/',
    '/metadata/2.root.json',
    '/unlisted',
    '/targets/../unlisted',
    '/targets/%2e%2e/unlisted',
    '/metadata/./timestamp.json',
    '/metadata/%2E/timestamp.json',
    '//metadata/timestamp.json',
    '/metadata//timestamp.json',
    '/metadata%2ftimestamp.json',
    '/metadata%2Ftimestamp.json',
    '/metadata%5ctimestamp.json',
    '/metadata/timestamp.json%00',
    '/metadata/timestamp.json%',
    '/metadata/timestamp.json%ff',
    '/metadata/timestamp%252ejson',
    '/metadata/%74imestamp%25.json',
    `/targets/app%2f1.0/${hash}.tool.bin`,
    `/${target.replace('tool', '%2574ool')}`,
    '/..%2f..%2f..%2fetc/passwd',
    '/../../../../../../etc/passwd',
    '/constructor',
    '/__proto__',
    'http://127.0.0.1/metadata/timestamp.json',
    '*',
  ];
  for (const where of absent) {
    it(`answers 404, kept by no cache, to ${where.slice(0, 40)}`, async () => {
      const answer = await get(where);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['access-control-allow-origin'], '*');
      assert.equal(answer.body.toString(), 'Not Found\n');
    });
  }

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
    it(`answers 405 to ${method}`, async () => {
      const answer = await get('/metadata/timestamp.json', {}, method);
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'GET, HEAD');
    });
  }

  it('refuses a GET that brings a body', async () => {
    const options = { headers: { 'Content-Length': '3' }, body: 'abc' };
    assert.equal((await rawRequest(listener.url, `/${target}`, options)).status, 400);
    const chunked = { headers: { 'Transfer-Encoding': 'chunked' }, body: 'abc' };
    assert.equal((await rawRequest(listener.url, `/${target}`, chunked)).status, 400);
  });

  it('answers 304 to who has it, by strong and by weak tag', async () => {
    for (const tag of ['"x1"', 'W/"x1"', '"other", "x1"', '*']) {
      const answer = await get('/metadata/timestamp.json', { 'If-None-Match': tag });
      assert.equal(answer.status, 304, tag);
      assert.equal(answer.headers.etag, '"x1"');
      assert.equal(answer.headers['cache-control'], 'no-cache');
      assert.equal(answer.body.length, 0);
    }
    const answer = await get('/metadata/timestamp.json', { 'If-None-Match': '"x0"' });
    assert.equal(answer.status, 200);
  });

  const ranges: [string, number, number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=250-', 250, 255],
    ['bytes=250-9999', 250, 255],
    ['bytes=-6', 250, 255],
    ['bytes=-9999', 0, 255],
  ];
  for (const [range, start, end] of ranges) {
    it(`answers 206 to ${range}`, async () => {
      const answer = await get(`/${target}`, { Range: range });
      assert.equal(answer.status, 206);
      assert.equal(answer.headers['content-range'], `bytes ${start}-${end}/256`);
      assert.deepEqual(answer.body, content.subarray(start, end + 1));
    });
  }

  for (const range of ['bytes=256-', 'bytes=-0', 'bytes=999999999999999-']) {
    it(`answers 416 to ${range}`, async () => {
      const answer = await get(`/${target}`, { Range: range });
      assert.equal(answer.status, 416);
      assert.equal(answer.headers['content-range'], 'bytes */256');
    });
  }

  const whole = ['bytes=0-1,5-6', 'bytes=9-2', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=a-b'];
  for (const range of [...whole, `bytes=0-${'9'.repeat(40)}`]) {
    it(`answers the whole to ${range.slice(0, 20)}`, async () => {
      const answer = await get(`/${target}`, { Range: range });
      assert.equal(answer.status, 200);
      assert.equal(answer.body.length, 256);
    });
  }

  it('gives a range only of the file that If-Range names', async () => {
    const range = { Range: 'bytes=0-9' };
    const same = await get(`/${target}`, { ...range, 'If-Range': `"${hash}"` });
    assert.equal(same.status, 206);
    for (const condition of ['"other"', `W/"${hash}"`, 'Mon, 01 Jan 2029 00:00:00 GMT']) {
      const answer = await get(`/${target}`, { ...range, 'If-Range': condition });
      assert.equal(answer.status, 200, condition);
    }
  });

  it('gives no ranges of metadata', async () => {
    const answer = await get('/metadata/timestamp.json', { Range: 'bytes=0-3' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['accept-ranges'], undefined);
  });

  it('answers 503 and not 404 while it is starting', async () => {
    isServing = false;
    for (const where of ['/metadata/timestamp.json', '/metadata/9.root.json']) {
      const answer = await get(where);
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
  });

  it('answers 503 where a published file has vanished or changed its length', async () => {
    const lost = path.join(folder, 'targets', `${hash}.a~b`);
    const cut = path.join(folder, 'targets', `${hash}.a@b`);
    await unlink(lost);
    await truncate(cut, 12);
    for (const name of ['a~b', 'a@b']) {
      const answer = await get(`/targets/${hash}.${name}`);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['content-disposition'], undefined);
      assert.equal(answer.headers.etag, undefined);
    }
  });

  it('cuts off who takes too long over a request', async () => {
    const { port } = new URL(listener.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /metadata/timestamp.json HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => {
        resolve(text);
      });
    });
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  it('refuses headers without end', async () => {
    const answer = await get('/metadata/timestamp.json', { 'X-Long': 'x'.repeat(20_000) });
    assert.equal(answer.status, 431);
  });
});
