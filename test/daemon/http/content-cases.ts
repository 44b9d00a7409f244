/** What every server of a published folder answers: our listener, and nginx as it is shipped. */
import assert from 'node:assert/strict';
import { rawRequest, type RawAnswer } from '../../kit/raw-request.ts';
import {
  content,
  hash,
  oddTargets,
  target,
  targetsFile,
  timestamp,
  timestampName,
} from './content-folder.ts';

type Get = (where: string, headers?: Record<string, string>, method?: string) => Promise<RawAnswer>;

/**
 * Tests of a server.
 * @param url of the server of a `ContentFolder`, without a last `/`
 */
export function answersLikeAContentServer(url: () => string): void {
  const get: Get = (where, headers = {}, method = 'GET') =>
    rawRequest(url(), where, { headers, method });
  headersOfEachKind(get);
  names(get);
  methodsAndBodies(get, url);
  conditions(get);
  ranges(get);
}

const always = { 'x-content-type-options': 'nosniff', 'access-control-allow-origin': '*' };
const immutable = { 'cache-control': 'public, max-age=31536000, immutable' };
const kinds: Record<string, Record<string, string | undefined>> = {
  [timestampName]: {
    'cache-control': 'no-cache',
    'content-type': 'application/json',
    'content-length': String(timestamp.length),
    'accept-ranges': undefined,
  },
  [targetsFile]: { ...immutable, 'content-type': 'application/json', 'accept-ranges': undefined },
  'metadata/1.root.json': { ...immutable, 'content-type': 'application/json' },
  [target]: {
    ...immutable,
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'content-security-policy': "default-src 'none'",
    'accept-ranges': 'bytes',
    'content-length': '256',
  },
};

function headersOfEachKind(get: Get): void {
  for (const [name, headers] of Object.entries(kinds)) {
    for (const method of ['GET', 'HEAD']) {
      it(`answers ${method} ${name.slice(0, 30)} with its headers`, async () => {
        const asked = { 'Accept-Encoding': 'gzip, br, zstd' };
        const answer = await get(`/${name}`, asked, method);
        assert.equal(answer.status, 200);
        const none = { 'content-encoding': undefined, 'last-modified': undefined };
        for (const [header, value] of Object.entries({ ...headers, ...always, ...none })) {
          assert.equal(answer.headers[header], value, header);
        }
        assert.match(answer.headers.etag ?? '', /^"[^"]+"$/);
        const length = Number(answer.headers['content-length']);
        assert.equal(answer.body.length, method === 'GET' ? length : 0);
      });
    }
  }

  it('serves the bytes', async () => {
    for (const name of [target, targetsFile]) {
      assert.deepEqual((await get(`/${name}`)).body, content);
    }
    assert.deepEqual((await get(`/${timestampName}`)).body, timestamp);
    assert.deepEqual((await get(`/${timestampName}?x=1`)).body, timestamp);
  });
}

const absent = [
  '/',
  '/metadata',
  '/metadata/',
  '/targets/app',
  '/metadata/2.root.json',
  '/unlisted',
  '/.partial',
  '/targets/../unlisted',
  '/targets/%2e%2e/unlisted',
  '/metadata/./timestamp.json',
  '/metadata/%2E/timestamp.json',
  '//metadata/timestamp.json',
  '/metadata//timestamp.json',
  '/metadata%2ftimestamp.json',
  '/metadata%2Ftimestamp.json',
  '/metadata%5ctimestamp.json',
  '/metadata/timestamp.json/',
  '/metadata/timestamp.json%ff',
  '/metadata/timestamp%252ejson',
  '/metadata/%74imestamp%25.json',
  `/targets/app%2f1.0/${hash}.tool.bin`,
  `/${target.replace('tool', '%2574ool')}`,
  '/constructor',
  '/__proto__',
];
/** Paths that lead out of everything, or are none: nginx calls that a bad request. */
const malformed = [
  '/..%2f..%2f..%2fetc/passwd',
  '/metadata/timestamp.json%',
  '/metadata/timestamp.json%00',
  '/../../etc/passwd',
];

function names(get: Get): void {
  it('finds a target under every way to encode its name', async () => {
    for (const name of oddTargets) {
      const base = name.slice('targets/'.length);
      const bytes = [...Buffer.from(base)].map((byte) => byte.toString(16).padStart(2, '0'));
      const ways = [encodeURIComponent(base), encodeURI(base), `%${bytes.join('%')}`];
      for (const way of ways) assert.equal((await get(`/targets/${way}`)).status, 200, way);
    }
  });

  const unfound = async (where: string, statuses: readonly number[]) => {
    const answer = await get(where);
    assert.ok(statuses.includes(answer.status), `${answer.status}`);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.match(answer.body.toString(), /Not Found|Bad Request/);
  };
  for (const where of absent) {
    it(`answers 404, kept by no cache, to ${where.slice(0, 40)}`, () => unfound(where, [404]));
  }
  for (const where of malformed) {
    it(`answers nothing else to ${where}`, () => unfound(where, [400, 404]));
  }
}

function methodsAndBodies(get: Get, url: () => string): void {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    it(`answers 405 to ${method}`, async () => {
      const answer = await get(`/${timestampName}`, {}, method);
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'GET, HEAD');
      assert.equal(answer.headers['cache-control'], 'no-store');
    });
  }

  it('answers 405 to TRACE', async () => {
    assert.equal((await get(`/${timestampName}`, {}, 'TRACE')).status, 405);
  });

  it('refuses a GET that brings a body', async () => {
    const bodies = [{ 'Content-Length': '3' }, { 'Transfer-Encoding': 'chunked' }];
    for (const headers of bodies) {
      const answer = await rawRequest(url(), `/${target}`, { headers, body: 'abc' });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.connection, 'close');
    }
    const empty = await get(`/${target}`, { 'Content-Length': '0' });
    assert.equal(empty.status, 200);
  });
}

function conditions(get: Get): void {
  for (const name of [timestampName, targetsFile, target]) {
    it(`answers 304 to who has ${name.slice(0, 30)}`, async () => {
      const { etag = '', ...whole } = (await get(`/${name}`)).headers;
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const answer = await get(`/${name}`, { 'If-None-Match': tag });
        assert.equal(answer.status, 304, tag);
        assert.equal(answer.headers.etag, etag);
        assert.equal(answer.headers['cache-control'], whole['cache-control']);
        assert.equal(answer.body.length, 0);
      }
      const answer = await get(`/${name}`, { 'If-None-Match': '"other"' });
      assert.equal(answer.status, 200);
    });
  }
}

const satisfiable: readonly (readonly [string, number, number])[] = [
  ['bytes=0-0', 0, 0],
  ['bytes=10-19', 10, 19],
  ['bytes=250-', 250, 255],
  ['bytes=250-9999', 250, 255],
  ['bytes=-6', 250, 255],
  ['bytes=-9999', 0, 255],
];
const severalRanges = 'bytes=0-1,5-6';
/** RFC 9110 §14.2 lets a server ignore or refuse them. */
const invalid = ['bytes=9-2', 'bytes=', 'bytes=-', 'bytes=a-b', `bytes=0-${'9'.repeat(40)}`];

function ranges(get: Get): void {
  for (const [range, start, end] of satisfiable) {
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

  for (const range of [severalRanges, 'lines=1-2']) {
    it(`answers the whole to ${range}`, async () => {
      const answer = await get(`/${target}`, { Range: range });
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.body, content);
    });
  }

  for (const range of invalid) {
    it(`answers the whole or nothing to ${range.slice(0, 20)}`, async () => {
      const { status, body } = await get(`/${target}`, { Range: range });
      assert.ok(status === 200 ? body.equals(content) : status === 416, `${status}`);
    });
  }

  it('gives a range only of the file that If-Range names', async () => {
    const { etag = '' } = (await get(`/${target}`)).headers;
    const range = { Range: 'bytes=0-9' };
    assert.equal((await get(`/${target}`, { ...range, 'If-Range': etag })).status, 206);
    for (const condition of ['"other"', `W/${etag}`, 'Mon, 01 Jan 2029 00:00:00 GMT']) {
      const answer = await get(`/${target}`, { ...range, 'If-Range': condition });
      assert.equal(answer.status, 200, condition);
    }
  });

  it('gives no ranges of metadata', async () => {
    for (const name of [timestampName, targetsFile]) {
      const answer = await get(`/${name}`, { Range: 'bytes=0-3' });
      assert.equal(answer.status, 200);
    }
  });
}
