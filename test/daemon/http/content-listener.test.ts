import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { truncate, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { contentListener } from '../../../daemon/http/content-listener.ts';
import { listen, type Listener } from '../../../daemon/http/listener.ts';
import { makeLog } from '../../../daemon/log.ts';
import { Manifest, memoryFile, storedFile } from '../../../daemon/public/manifest.ts';
import { rawRequest } from '../../kit/raw-request.ts';
import { answersLikeAContentServer } from './content-cases.ts';
import {
  content,
  contentFolder,
  hash,
  immutableNames,
  oddTargets,
  target,
  targetsFile,
  timestamp,
  timestampName,
  type ContentFolder,
} from './content-folder.ts';

/** More than lies between two sockets of one machine. */
const longBytes = 32 << 20;
const long = `targets/${hash}.long`;

describe('the content listener', () => {
  let folder: ContentFolder;
  let listener: Listener;
  let isServing = true;
  const answered = new EventEmitter();
  const get = (where: string, headers = {}, method = 'GET') =>
    rawRequest(listener.url, where, { headers, method });

  before(async () => {
    folder = await contentFolder();
    const { store } = folder;
    const manifest = publishedManifest();
    const log = makeLog('silent', false);
    const answer = contentListener({
      manifest,
      store,
      isServing: () => isServing,
      missed: () => undefined,
      log,
    });
    const limits = { maxConnections: 100, requestTimeoutMs: 1_000, idleTimeoutMs: 3_500 };
    listener = await listen(answer, '127.0.0.1:0', 'content.listen', limits, undefined, () =>
      answered.emit('answer'),
    );
  });
  beforeEach(() => {
    isServing = true;
  });
  after(async () => {
    await listener.close(0);
    await folder.remove();
  });

  answersLikeAContentServer(() => listener.url);

  it('names what never changes by what it is', async () => {
    assert.equal((await get(`/${target}`)).headers.etag, `"${hash}"`);
    assert.equal((await get(`/${targetsFile}`)).headers.etag, '"7.targets.json"');
  });

  for (const where of ['http://127.0.0.1/metadata/timestamp.json', '*']) {
    it(`answers 404, kept by no cache, to ${where}`, async () => {
      const answer = await get(where);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers['cache-control'], 'no-store');
    });
  }

  it('gives no range to HEAD', async () => {
    const answer = await get(`/${target}`, { Range: 'bytes=0-3' }, 'HEAD');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-length'], '256');
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
    const [lost = '', cut = ''] = oddTargets;
    await unlink(path.join(folder.path, lost));
    await truncate(path.join(folder.path, cut), 12);
    for (const name of [lost, cut]) {
      const answer = await get(`/${encodeURI(name)}`);
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

  it('cuts off who takes nothing of a long answer, and who says nothing', async () => {
    await folder.store.put(long, Buffer.alloc(longBytes));
    const { port } = new URL(listener.url);
    const slow = connect(Number(port), '127.0.0.1').pause();
    const wasCut = once(answered, 'answer');
    slow.write(`GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const silent = connect(Number(port), '127.0.0.1').resume();
    await Promise.all([wasCut, once(silent, 'close')]);
    slow.destroy();
  });

  it('refuses headers without end', async () => {
    const answer = await get('/metadata/timestamp.json', { 'X-Long': 'x'.repeat(20_000) });
    assert.equal(answer.status, 431);
  });
});

/** Some of it from memory, as the newest generation is, some from the store. */
function publishedManifest(): Manifest {
  const manifest = new Manifest();
  const files = immutableNames.flatMap((name) => {
    const file = storedFile(name, content.length);
    return file === undefined ? [] : [[name, file] as const];
  });
  manifest.switchTo(files, []);
  const longFile = storedFile(long, longBytes) ?? assert.fail();
  manifest.switchTo([[long, longFile]], []);
  const newest = memoryFile('metadata', content, '7.targets.json');
  const current = memoryFile('timestamp', timestamp, 'x1');
  manifest.switchTo(
    [
      [targetsFile, newest],
      [timestampName, current],
    ],
    [],
  );
  return manifest;
}
