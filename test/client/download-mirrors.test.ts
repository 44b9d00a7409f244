import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadTo } from '../../client/download.ts';
import type { Fetcher } from '../../client/fetcher.ts';
import { httpFetcher } from '../../client/http-fetcher.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { brokenOff } from '../kit/broken-off.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';

describe('a target on several mirrors', () => {
  const scene = clientScene();
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
  const retry = { attempts: 2, pause: () => Promise.resolve() };
  let info: TargetInfo;

  beforeEach(async () => {
    const { repository, server } = scene();
    repository.addTarget('bin', content);
    repository.publish();
    const found = await scene().updater().getTargetInfo('bin');
    assert.ok(found);
    info = found;
    server.answers.set('good', (request, response) => {
      brokenOff(content, Infinity)(request, response);
    });
  });

  /** What is asked for while the target is fetched from these, given as paths on one server. */
  async function fetchedFrom(mirrors: readonly string[], fetcher: Fetcher = httpFetcher()) {
    const { requestsOf, server, targetsDir } = scene();
    const urls = mirrors.map((mirror) => `${server.url}${mirror}`);
    const file = path.join(targetsDir, 'bin');
    const asked = await requestsOf(() => downloadTo(file, info, { fetcher, retry, urls }));
    assert.deepEqual(await readFile(file), content);
    assert.deepEqual(await readdir(targetsDir), ['bin']);
    return asked;
  }

  it('comes from the first that has it', async () => {
    assert.deepEqual(await fetchedFrom(['none', 'good', 'other']), ['none', 'good']);
  });

  it('goes on at the next where one breaks', async () => {
    scene().server.answers.set('bad', brokenOff(content, 50_000));
    const asked = await fetchedFrom(['bad', 'good']);
    assert.deepEqual(asked, ['bad', 'bad from 50000', 'good from 100000']);
  });

  it('is fetched anew from the next when one sends something else', async () => {
    scene().server.answers.set('bad', (_, response) => response.end(Buffer.alloc(300_000)));
    assert.deepEqual(await fetchedFrom(['bad', 'good']), ['bad', 'good']);
  });

  for (const [what, bytes] of Object.entries({ less: 299_999, more: 300_001 })) {
    it(`is whole though one sends ${what}, and wrong bytes at that`, async () => {
      scene().server.answers.set('bad', (_, response) => {
        response.write(Buffer.alloc(1));
        response.end(Buffer.alloc(bytes - 1));
      });
      assert.equal((await fetchedFrom(['bad', 'good'])).at(-1), 'good');
    });
  }

  it('is given up with the fault of the first when none is left', async () => {
    const { server, targetsDir } = scene();
    const urls = ['none', 'neither'].map((mirror) => `${server.url}${mirror}`);
    const file = path.join(targetsDir, 'bin');
    const source = { fetcher: httpFetcher(), retry, urls };
    const { where } = await rejectsWithFault('download.status', downloadTo(file, info, source));
    assert.equal(where, urls[0]);
    assert.deepEqual(await readdir(targetsDir), []);
  });

  it('is what was digested, though a fetcher uses its chunks again', async () => {
    const chunk = new Uint8Array(1000);
    const reusing: Fetcher = {
      fetch: () => Promise.resolve({ offset: 0, body: chunks() }),
    };
    async function* chunks() {
      for (let at = 0; at < content.length; at += chunk.length) {
        chunk.set(content.subarray(at, at + chunk.length));
        yield await Promise.resolve(chunk);
        chunk.fill(0);
      }
    }
    assert.deepEqual(await fetchedFrom(['any'], reusing), []);
  });

  it('is stopped at its length, though a fetcher does not', async () => {
    const endless: Fetcher = {
      fetch: () => Promise.resolve({ offset: 0, body: zeros() }),
    };
    async function* zeros() {
      for (;;) yield await Promise.resolve(new Uint8Array(70_000));
    }
    const { targetsDir } = scene();
    const source = { fetcher: endless, retry, urls: ['http://example.org/'] };
    const file = path.join(targetsDir, 'bin');
    await rejectsWithFault('download.too-long', downloadTo(file, info, source));
    assert.deepEqual(await readdir(targetsDir), []);
  });
});
