import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { openBlobStore } from '../../../core/blobs/blob-store.ts';
import { Uploads } from '../../../core/blobs/uploads.ts';
import { recordRef } from '../../../core/gate/published.ts';
import { eventRefs, mainRef, pastEventRefs } from '../../../core/rules/ref-rules.ts';
import { makeLog } from '../../../daemon/log.ts';
import { Manifest, storedFile } from '../../../daemon/public/manifest.ts';
import { Collector } from '../../../daemon/uploads/collector.ts';
import { putBlob } from '../../kit/blobs.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { addRelease, makeHome, type TestHome } from '../../kit/home.ts';
import { until } from '../../kit/until.ts';
import { issueToken, partOf, sha256Of, uploadClient } from '../../kit/uploads.ts';

const hourMs = 3_600_000;
const keepHours = 24;
const file = 'alice-project/tool/2.0.0/tool.tgz';

describe('the collector of uploads', () => {
  let home: TestHome;
  let uploads: Uploads;
  let manifest: Manifest;
  let collector: Collector;
  let now: Date;

  beforeEach(async () => {
    home = await makeHome();
    const limits = { maxBlobBytes: 1000, quotaBytes: 10_000, minFreeBytes: 0 };
    uploads = new Uploads(home.paths.blobs, limits);
    manifest = new Manifest();
    now = new Date();
    collector = start();
  });
  afterEach(() => home.remove());

  const start = () =>
    new Collector({
      uploads,
      git: home.git,
      manifest,
      keepHours,
      clock: { now: () => now },
      log: makeLog('silent', false),
    });
  const pass = (hours: number) => {
    now = new Date(now.getTime() + hours * hourMs);
  };
  const send = async (content: string, token = 'alice', total = content.length) => {
    const sha256 = sha256Of(content);
    const piece = { content: Readable.from([Buffer.from(content)]), from: 0, total };
    await uploads.receive(token, sha256, { ...piece, length: content.length });
    return sha256;
  };
  const isStored = async (sha256: string) =>
    (await openBlobStore(home.paths.blobs).find(sha256)) !== undefined;
  /** A commit that lists a file of the blob store; `main` is moved back from it where it is not for it. */
  const list = async (content: string, on?: string) => {
    const before = await home.tip();
    const commit = await home.commit((tree) => {
      addRelease(tree, file, content);
      tree.delete(`targets/${file}`);
    });
    if (on === undefined) return;
    await home.git.updateRef({ ref: mainRef, from: commit, to: before, message: 'back' });
    await home.git.updateRef({ ref: on, from: undefined, to: commit, message: 'event' });
  };

  it('keeps an upload for its time, and then it is gone', async () => {
    const sha256 = await send('nobody lists it');
    pass(keepHours - 1);
    await collector.look();
    assert.ok(await uploads.holds('alice', sha256));
    pass(2);
    await collector.look();
    assert.ok(!(await isStored(sha256)));
    assert.deepEqual(await uploads.shelf.leaving(), [sha256]);
    pass(2);
    await collector.look();
    assert.deepEqual(await uploads.shelf.leaving(), []);
    assert.equal(await send('nobody lists it'), sha256);
    assert.ok(await uploads.holds('alice', sha256));
  });

  for (const [where, ref] of [
    ['main, be it not published', undefined],
    ['an open event', `${eventRefs}release`],
    ['an event that is over', `${pastEventRefs}release`],
  ] as const) {
    it(`keeps for good what is listed on ${where}`, async () => {
      const sha256 = await send('listed');
      await list('listed', ref);
      for (let look = 0; look < 3; look += 1) {
        pass(2 * keepHours);
        await collector.look();
      }
      assert.ok(await uploads.holds('alice', sha256));
    });
  }

  it('keeps for good what an older commit of main has listed', async () => {
    const sha256 = await send('listed once');
    await list('listed once');
    await home.commit((tree) => {
      addRelease(tree, 'alice-project/tool/3.0.0/tool.tgz', 'another');
    });
    await list('something else');
    pass(2 * keepHours);
    await collector.look();
    assert.ok(await isStored(sha256));
  });

  it('finds a hash that is written with escapes', async () => {
    const sha256 = await send('hidden');
    const escaped = `\\u${sha256.charCodeAt(0).toString(16).padStart(4, '0')}${sha256.slice(1)}`;
    await home.commit((tree) => tree.set('metadata/alice.json', Buffer.from(`["${escaped}"]`)));
    pass(2 * keepHours);
    await collector.look();
    assert.ok(await isStored(sha256));
  });

  it('brings back what a push lists that was judged before it left', async () => {
    const sha256 = await send('just in time');
    pass(2 * keepHours);
    await collector.look();
    assert.ok(!(await isStored(sha256)));
    await list('just in time');
    pass(2);
    await collector.look();
    assert.ok(await isStored(sha256));
    assert.deepEqual(await uploads.shelf.leaving(), []);
  });

  it('deletes nothing at once that it finds leaving at its start', async () => {
    const sha256 = await send('nobody lists it');
    pass(2 * keepHours);
    await collector.look();
    pass(10);
    collector = start();
    await collector.look();
    assert.deepEqual(await uploads.shelf.leaving(), [sha256]);
  });

  it('keeps what one token has sent lately, and what was sent again', async () => {
    const [shared, again] = [await send('shared'), await send('again')];
    const old = new Date(now.getTime() - 2 * keepHours * hourMs);
    for (const sha256 of [shared, again]) {
      await utimes(path.join(home.paths.blobs, 'uploaded', 'alice', sha256), old, old);
    }
    await send('shared', 'bob');
    await send('again');
    await collector.look();
    assert.ok(await uploads.holds('bob', shared));
    assert.ok(await uploads.holds('alice', again));
  });

  it('gives a token its quota back when a file is public, and keeps the file', async () => {
    const sha256 = await send('x'.repeat(1000));
    await send('y'.repeat(1000));
    await assert.rejects(send('z'.repeat(1000)), { code: 'blob.quota' });
    const name = `targets/app/${sha256}.x`;
    const entry = storedFile(name, 1000) ?? assert.fail();
    manifest.switchTo([[name, entry]], []);
    await collector.look();
    assert.ok(!(await uploads.holds('alice', sha256)));
    assert.ok(await isStored(sha256));
    await send('z'.repeat(1000));
    pass(2 * keepHours);
    await collector.look();
    assert.ok(await isStored(sha256));
  });

  it('never touches what no upload has brought', async () => {
    const sha256 = await putBlob(home.paths.blobs, 'the operator’s');
    pass(100 * keepHours);
    await collector.look();
    assert.ok(await isStored(sha256));
  });

  it('drops uploads that have not gone on', async () => {
    const sha256 = await send('unfinished', 'alice', 20);
    await collector.look();
    assert.equal(await uploads.offset('alice', sha256), 10);
    pass(2 * keepHours);
    await collector.look();
    assert.equal(await uploads.offset('alice', sha256), undefined);
  });

  it('reads what events hold that is no metadata, and goes on', async () => {
    const sha256 = await send('nobody lists it');
    const large = await home.git.writeBlob(Buffer.alloc(9 << 20));
    const text = await home.git.writeBlob(Buffer.from('no JSON'));
    const tree = await home.git.writeTree(
      await home.tip(),
      new Map([
        ['metadata/large.json', large],
        ['metadata/text.json', text],
      ]),
    );
    const author = { name: 'bob', email: 'bob@example.com' };
    const parents = [await home.tip()];
    const commit = await home.git.writeCommit({ tree, parents, message: 'x', author, time: now });
    const ref = `${eventRefs}odd`;
    await home.git.updateRef({ ref, from: undefined, to: commit, message: 'x' });
    assert.equal(await home.git.resolveRef(recordRef), undefined);
    pass(2 * keepHours);
    await collector.look();
    assert.ok(!(await isStored(sha256)));
  });
});

describe('a daemon', () => {
  const suite = daemonSuite();

  it('collects old uploads by itself', async () => {
    const home = await suite.home({ config: { uploads: { minFreeBytes: 0 } } });
    const first = await suite.serve(home);
    const alice = uploadClient(first.console, await issueToken(home, 'alice'));
    const [old, young, part] = ['old', 'young', 'part'].map(sha256Of) as [string, string, string];
    assert.equal((await alice.put(old, 'old')).status, 201);
    assert.equal((await alice.put(young, 'young')).status, 201);
    assert.equal((await alice.put(part, 'pa', { 'content-range': 'bytes 0-1/4' })).status, 202);
    await first.close();
    const past = new Date(Date.now() - 200 * hourMs);
    await utimes(path.join(home.paths.blobs, 'uploaded', 'alice', old), past, past);
    await utimes(partOf(home, 'alice', part), past, past);
    const again = uploadClient((await suite.serve(home)).console, await issueToken(home, 'bob'));
    assert.equal((await again.head(young)).status, 404);
    const store = openBlobStore(home.paths.blobs);
    await until('the old one is gone', async () => (await store.find(old)) === undefined);
    assert.ok((await store.find(young)) !== undefined);
  });
});
