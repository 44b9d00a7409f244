import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { blobFile } from '../../../../core/blobs/blob-store.ts';
import type { ConfigInput } from '../../../../core/home/config.ts';
import { revokeToken } from '../../../../core/home/tokens.ts';
import { daemonSuite } from '../../../kit/daemon.ts';
import { addRelease, type TestHome } from '../../../kit/home.ts';
import { putBlob } from '../../../kit/blobs.ts';
import {
  issueToken,
  partOf,
  partReaches,
  replyOf,
  sha256Of,
  uploadClient,
  type UploadClient,
} from '../../../kit/uploads.ts';
import { until } from '../../../kit/until.ts';

const mebibyte = 1 << 20;

describe('PUT /blobs/{sha256}', () => {
  const suite = daemonSuite();
  let home: TestHome;
  let alice: UploadClient;
  let bob: UploadClient;
  let url = '';

  const serve = async (uploads: ConfigInput['uploads'] = {}) => {
    home = await suite.home({ config: { uploads: { minFreeBytes: 0, ...uploads } } });
    url = (await suite.serve(home)).console;
    alice = uploadClient(url, await issueToken(home, 'alice'));
    bob = uploadClient(url, await issueToken(home, 'bob'));
  };

  const stored = (sha256: string) => readFile(blobFile(home.paths.blobs, sha256));
  const leaves = async (token: string, sha256: string, bytes: number | undefined) => {
    const size = await stat(partOf(home, token, sha256)).then(
      (found) => found.size,
      () => undefined,
    );
    assert.equal(size, bytes);
  };

  it('takes in a file, once', async () => {
    await serve();
    const content = randomBytes(3 * mebibyte + 7);
    const sha256 = sha256Of(content);
    assert.equal((await alice.put(sha256, content)).status, 201);
    assert.ok((await stored(sha256)).equals(content));
    const { mode } = await stat(blobFile(home.paths.blobs, sha256));
    assert.equal(mode & 0o777, 0o444);
    await leaves('alice', sha256, undefined);
    assert.equal((await alice.put(sha256, content)).status, 204);
    const { status, headers } = await alice.head(sha256);
    assert.deepEqual([status, headers['content-length']], [200, String(content.length)]);
  });

  it('takes in an empty file, and one of unknown length', async () => {
    await serve();
    assert.equal((await alice.put(sha256Of(''), '')).status, 201);
    const chunked = alice.begin(sha256Of('two parts'));
    chunked.write('two ');
    chunked.end('parts');
    assert.equal((await replyOf(chunked)).status, 201);
    assert.equal((await stored(sha256Of('two parts'))).toString(), 'two parts');
  });

  it('takes in a file piece by piece', async () => {
    await serve();
    const content = randomBytes(2 * mebibyte);
    const sha256 = sha256Of(content);
    const piece = (from: number, to: number) =>
      alice.put(sha256, content.subarray(from, to), {
        'content-range': `bytes ${from}-${to - 1}/${content.length}`,
      });
    const first = await piece(0, mebibyte);
    assert.deepEqual([first.status, first.offset], [202, mebibyte]);
    const unfinished = await alice.head(sha256);
    assert.deepEqual([unfinished.status, unfinished.offset], [404, mebibyte]);
    const gap = await piece(mebibyte + 1, content.length);
    assert.deepEqual([gap.status, gap.code, gap.offset], [416, 'blob.range', mebibyte]);
    assert.equal((await piece(mebibyte, content.length)).status, 201);
    assert.ok((await stored(sha256)).equals(content));
  });

  it('goes on where a connection broke off', async () => {
    await serve();
    const content = randomBytes(4 * mebibyte);
    const sha256 = sha256Of(content);
    const cut = alice.begin(sha256, { 'content-length': content.length });
    cut.write(content.subarray(0, 2 * mebibyte));
    await partReaches(home, 'alice', sha256, mebibyte);
    cut.destroy();
    const rest = await goOn(sha256, content);
    assert.equal(rest.status, 201);
    assert.ok((await stored(sha256)).equals(content));
  });

  /** As a client does: asks where to go on until that is where the server is. */
  async function goOn(sha256: string, content: Buffer) {
    for (;;) {
      const { offset = 0 } = await alice.head(sha256);
      const reply = await alice.put(sha256, content.subarray(offset), {
        'content-range': `bytes ${offset}-${content.length - 1}/${content.length}`,
      });
      if (reply.status !== 416) return reply;
    }
  }

  it('finishes a file whose last piece had come, but not its answer', async () => {
    await serve();
    const sha256 = sha256Of('whole');
    const range = { 'content-range': 'bytes 0-4/6' };
    assert.equal((await alice.put(sha256, 'whole', range)).status, 202);
    const early = await alice.put(sha256, '', { 'content-range': 'bytes */6' });
    assert.deepEqual([early.status, early.offset], [416, 5]);
    assert.equal((await alice.put(sha256, '', { 'content-range': 'bytes */5' })).status, 201);
  });

  it('drops what is another file, and takes the right one after it', async () => {
    await serve();
    const sha256 = sha256Of('right');
    const wrong = await alice.put(sha256, 'wrong');
    assert.deepEqual([wrong.status, wrong.code], [422, 'blob.hash']);
    await leaves('alice', sha256, undefined);
    assert.equal((await alice.head(sha256)).status, 404);
    assert.equal((await alice.put(sha256, 'right')).status, 201);
  });

  for (const [what, range, status, code] of [
    ['a range that the body is shorter than', 'bytes 0-9/20', 422, 'blob.length'],
    ['a range beyond the file', 'bytes 0-4/3', 422, 'blob.length'],
    ['a range that runs backwards', 'bytes 4-0/20', 422, 'blob.length'],
    ['another unit', 'lines 0-4/5', 400, 'request.form'],
    ['an unknown total', 'bytes 0-4/*', 400, 'request.form'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await serve();
      const reply = await alice.put(sha256Of('whole'), 'whole', { 'content-range': range });
      assert.deepEqual([reply.status, reply.code], [status, code]);
      await leaves('alice', sha256Of('whole'), undefined);
    });
  }

  it('refuses a chunked body that is longer, or shorter, than its range', async () => {
    await serve();
    const sha256 = sha256Of('x');
    for (const body of ['more than five', 'four']) {
      const chunked = alice.begin(sha256, { 'content-range': 'bytes 0-4/9' });
      const reply = await replyOf(chunked.end(body));
      assert.deepEqual([reply.status, reply.code], [422, 'blob.length']);
      await leaves('alice', sha256, undefined);
    }
  });

  it('cuts a file to the Content-Length that it lies about, and drops it', async () => {
    await serve();
    const sha256 = sha256Of('longer than it says');
    const token = await issueToken(home, 'carol');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `PUT /api/v1/blobs/${sha256} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Length: 6\r\n\r\nlonger than it says',
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    // What comes after it is no request: node says so, or we were quicker.
    assert.match(text, /^HTTP\/1.1 4(00|22) /);
    assert.equal((await uploadClient(url, token).head(sha256)).status, 404);
    await until('it is dropped', async () => {
      return (await uploadClient(url, token).head(sha256)).offset === undefined;
    });
    await assert.rejects(stored(sha256));
  });

  it('takes a body that ends before its Content-Length for a part', async () => {
    await serve();
    const content = randomBytes(2 * mebibyte);
    const sha256 = sha256Of(content);
    const token = await issueToken(home, 'carol');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `PUT /api/v1/blobs/${sha256} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Length: ${content.length + 1}\r\n\r\n`,
    );
    socket.write(content);
    await partReaches(home, 'carol', sha256, mebibyte);
    socket.end();
    for await (const chunk of socket) assert.doesNotMatch(String(chunk), /^HTTP\/1.1 2/);
    const carol = uploadClient(url, token);
    const { status, offset = 0 } = await carol.head(sha256);
    assert.equal(status, 404);
    assert.ok(offset >= mebibyte);
    assert.equal((await carol.put(sha256, content)).status, 201);
  });

  it('refuses a file that is too large, announced or not', async () => {
    await serve({ maxBlobBytes: mebibyte });
    const content = randomBytes(mebibyte + 1);
    const sha256 = sha256Of(content);
    const announced = await alice.put(sha256, content);
    assert.deepEqual([announced.status, announced.code], [413, 'blob.too-large']);
    const chunked = await replyOf(alice.begin(sha256).end(content));
    assert.deepEqual([chunked.status, chunked.code], [413, 'blob.too-large']);
    const total = { 'content-range': `bytes 0-4/${mebibyte + 1}` };
    assert.equal((await alice.put(sha256, 'whole', total)).status, 413);
    await leaves('alice', sha256, undefined);
    assert.equal((await alice.put(sha256Of('whole'), 'whole')).status, 201);
  });

  it('refuses an encoded body', async () => {
    await serve();
    const sha256 = sha256Of('whole');
    const gzip = await alice.put(sha256, 'whole', { 'content-encoding': 'gzip' });
    assert.deepEqual([gzip.status, gzip.code], [415, 'request.form']);
    const identity = await alice.put(sha256, 'whole', { 'content-encoding': 'identity' });
    assert.equal(identity.status, 201);
  });

  it('takes no more of a token than its quota, unfinished files included', async () => {
    await serve({ quotaBytes: 3 * mebibyte });
    const [one, other] = [randomBytes(2 * mebibyte), randomBytes(2 * mebibyte)];
    assert.equal((await alice.put(sha256Of(one), one)).status, 201);
    const full = await alice.put(sha256Of(other), other);
    assert.deepEqual([full.status, full.code], [507, 'blob.quota']);
    const chunked = await replyOf(alice.begin(sha256Of(other)).end(other));
    assert.deepEqual([chunked.status, chunked.code], [507, 'blob.quota']);
    assert.equal((await bob.put(sha256Of(other), other)).status, 201);
    assert.equal((await alice.put(sha256Of(one), one)).status, 204);
    const small = randomBytes(1000);
    assert.equal((await alice.put(sha256Of(small), small)).status, 201);
  });

  it('leaves room on the disk', async () => {
    await serve({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    const reply = await alice.put(sha256Of('whole'), 'whole');
    assert.deepEqual([reply.status, reply.code], [507, 'blob.disk-full']);
    await leaves('alice', sha256Of('whole'), undefined);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  it('has a file sent twice at once by one token wait for the other', async () => {
    await serve();
    const content = randomBytes(2 * mebibyte);
    const sha256 = sha256Of(content);
    const slow = alice.begin(sha256, { 'content-length': content.length });
    slow.write(content.subarray(0, mebibyte));
    await partReaches(home, 'alice', sha256, mebibyte);
    const second = alice.put(sha256, content);
    slow.end(content.subarray(mebibyte));
    assert.equal((await replyOf(slow)).status, 201);
    assert.equal((await second).status, 204);
    assert.ok((await stored(sha256)).equals(content));
  });

  it('tells no token of what another has sent: each sends it whole', async () => {
    await serve();
    const content = randomBytes(100_000);
    const sha256 = sha256Of(content);
    assert.equal((await alice.put(sha256, content)).status, 201);
    assert.equal((await bob.head(sha256)).status, 404);
    const claimed = await bob.put(sha256, '', { 'content-range': `bytes */${content.length}` });
    assert.deepEqual([claimed.status, claimed.offset], [416, 0]);
    assert.equal((await bob.put(sha256, 'anything')).code, 'blob.hash');
    assert.equal((await bob.head(sha256)).status, 404);
    assert.equal((await bob.put(sha256, content)).status, 201);
    assert.equal((await bob.head(sha256)).status, 200);
    assert.ok((await stored(sha256)).equals(content));
  });

  it('tells everybody of what is public, and takes it from nobody', async () => {
    await serve();
    const file = 'alice-project/tool/2.0.0/tool.tgz';
    const sha256 = await putBlob(home.paths.blobs, 'in the store');
    assert.equal((await bob.head(sha256)).status, 404);
    await home.commit((tree) => {
      addRelease(tree, file, 'in the store');
      tree.delete(`targets/${file}`);
    });
    await until('it is public', async () => (await bob.head(sha256)).status === 200);
    assert.equal((await bob.put(sha256, 'in the store')).status, 204);
    assert.deepEqual(await readdir(home.paths.blobs), [sha256.slice(0, 2)]);
  });

  it('does nothing without a token that is for it', async () => {
    await serve();
    const sha256 = sha256Of('whole');
    const pusher = await issueToken(home, 'pusher', ['git:push', 'change:submit', 'event:*']);
    for (const [token, status, code] of [
      [undefined, 401, 'token.required'],
      ['tog_wrong', 401, 'token.unknown'],
      [pusher, 403, 'token.scope'],
    ] as const) {
      const client = uploadClient(url, token);
      const reply = await client.put(sha256, 'whole');
      assert.deepEqual([reply.status, reply.code], [status, code]);
      assert.equal((await client.head(sha256)).status, status);
    }
    await revokeToken(home.paths.tokens, 'alice');
    assert.equal((await alice.put(sha256, 'whole')).status, 401);
    await assert.rejects(stat(home.paths.blobs));
  });

  it('has no file of another name', async () => {
    await serve();
    for (const name of ['a', sha256Of('').toUpperCase(), '..%2f..%2ftokens.json']) {
      const reply = await alice.put(name, '');
      assert.deepEqual([reply.status, reply.code], [400, 'request.form']);
    }
  });
});
