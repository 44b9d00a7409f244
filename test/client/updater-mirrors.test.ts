import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { ClientEvent } from '../../client/events.ts';
import { clientScene } from '../kit/client-scene.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { yesterday } from '../kit/simulated-repository.ts';

/** Nobody listens there. */
const dead = 'http://127.0.0.1:1/';

describe('mirrors of an updater', () => {
  const scene = clientScene();
  let mirror: ContentServer;
  let mirrored: Map<string, Uint8Array>;

  beforeEach(async () => {
    mirrored = new Map(scene().repository.files);
    mirror = await serveContent(mirrored);
  });
  afterEach(() => mirror.close());

  /** An updater that asks these content URLs in order. */
  function updaterOf(urls: readonly string[], onEvent?: (event: ClientEvent) => void) {
    return scene().updater({
      metadataUrl: urls.map((url) => `${url}metadata/`),
      targetsUrl: urls.map((url) => `${url}targets/`),
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  }

  it('are left alone while the first one answers', async () => {
    const { server } = scene();
    await updaterOf([server.url, mirror.url]).refresh();
    assert.equal(server.requests.length, 4);
    assert.deepEqual(mirror.requests, []);
  });

  it('take the place of one that does not answer, which is asked once only', async () => {
    const failures: ClientEvent[] = [];
    const updater = updaterOf([dead, mirror.url], (event) => {
      if (event.type === 'mirror-failed') failures.push(event);
    });
    const info = await updater.getTargetInfo('team/b.txt');
    assert.ok(info);
    assert.equal(await readFile(await updater.downloadTarget(info), 'utf8'), 'b');
    const a = await updater.getTargetInfo('a.txt');
    assert.ok(a);
    await updater.downloadTarget(a);
    assert.deepEqual(
      failures.map((event) => event.type === 'mirror-failed' && [event.mirror, event.next]),
      [
        [`${dead}metadata/`, `${mirror.url}metadata/`],
        [`${dead}targets/`, `${mirror.url}targets/`],
      ],
    );
  });

  for (const [what, answer] of Object.entries({
    'sends something else': (file: Uint8Array) => file.subarray(1),
    'sends what others signed': (file: Uint8Array) =>
      Buffer.from(
        Buffer.from(file)
          .toString()
          .replaceAll(/"sig": "(..)/g, (_, first) => `"sig": "${first === '00' ? '01' : '00'}`),
      ),
    'is busy': undefined,
  })) {
    for (const file of ['2.root', 'timestamp', '1.snapshot', '1.targets', '1.team']) {
      it(`take the place of one that ${what} for ${file}.json`, async () => {
        const { cached, repository, server } = scene();
        repository.publishRoot();
        mirrored.set('metadata/2.root.json', repository.bytes('root'));
        const name = `metadata/${file}.json`;
        const bytes = repository.files.get(name);
        assert.ok(bytes);
        server.answers.set(name, (_, response) => {
          if (answer === undefined) response.writeHead(503).end();
          else response.end(answer(bytes));
        });
        assert.ok(await updaterOf([server.url, mirror.url]).getTargetInfo('team/b.txt'));
        assert.ok(mirror.requests.includes(name));
        assert.equal((await cached())['root.json'], 2);
      });
    }
  }

  it('are not asked for a newer root when the first that answers has none', async () => {
    const { cached, repository, server } = scene();
    repository.publishRoot();
    mirrored.set('metadata/2.root.json', repository.bytes('root'));
    repository.files.delete('metadata/2.root.json');
    await updaterOf([dead, server.url, mirror.url]).refresh();
    assert.deepEqual(mirror.requests, []);
    assert.equal((await cached())['root.json'], 1);
  });

  it('have the timestamp that an expired one is refused for', async () => {
    const { repository, server } = scene();
    const { expires } = repository.timestamp;
    repository.timestamp.expires = yesterday;
    repository.publishTimestamp();
    const expired = repository.bytes('timestamp');
    repository.timestamp.expires = expires;
    repository.publishTimestamp();
    mirrored.set('metadata/timestamp.json', repository.bytes('timestamp'));
    repository.files.set('metadata/timestamp.json', expired);
    await rejectsWithFault('role.expired', updaterOf([server.url]).refresh());
    await updaterOf([server.url, mirror.url]).refresh();
  });

  for (const [what, spoil] of Object.entries({
    'does not have it': undefined,
    'sends other bytes': Buffer.from('c'),
    'sends too much': Buffer.from('bb'),
    'sends too little': Buffer.alloc(0),
  })) {
    it(`have the target when the first ${what}`, async () => {
      const { repository, server } = scene();
      for (const name of repository.files.keys()) {
        if (!name.startsWith('targets/team/')) continue;
        if (spoil === undefined) repository.files.delete(name);
        else repository.files.set(name, spoil);
      }
      const updater = updaterOf([server.url, mirror.url]);
      const info = await updater.getTargetInfo('team/b.txt');
      assert.ok(info);
      assert.equal(await readFile(await updater.downloadTarget(info), 'utf8'), 'b');
    });
  }

  it('are given up with the fault of the first, and how many there were', async () => {
    const { server } = scene();
    server.answers.set('metadata/timestamp.json', (_, response) => response.writeHead(404).end());
    const error = await rejectsWithFault(
      'download.status',
      updaterOf([server.url, dead, dead]).refresh(),
    );
    assert.equal(error.where, `${server.url}metadata/timestamp.json`);
    assert.match(error.hint ?? '', /\b3 mirrors\b/);
  });

  it('are needed: one at least', async () => {
    await rejectsWithFault('client.configuration', updaterOf([]).refresh());
  });
});
