import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MetadataCache } from '../../client/cache.ts';
import type { ClientEvent } from '../../client/events.ts';
import { Updater } from '../../client/updater.ts';
import { clientScene } from '../kit/client-scene.ts';
import { serveContent } from '../kit/content-server.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { SimulatedRepository } from '../kit/simulated-repository.ts';
import { typeScriptProcess } from '../kit/typescript-process.ts';
import { until } from '../kit/until.ts';

describe('updaters at once', () => {
  const scene = clientScene();

  it('in six processes go on with one cache while the repository does, and none falls back', async () => {
    const { cached, metadataDir, repository, server } = scene();
    const url = `${server.url}metadata/`;
    const processes = Array.from({ length: 6 }, () =>
      typeScriptProcess('look-up-in-turns', metadataDir, url, 'team/b.txt', '8'),
    );
    const all = Promise.all(processes.map((one) => one.ended));
    const state = { running: true };
    void all.then(() => (state.running = false));
    let before: Readonly<Record<string, number>> = {};
    for (let asked = 0; state.running; asked = server.requests.length) {
      repository.addTarget('team/c.txt', `c${asked}`, 'team');
      repository.publish();
      const now = await cached();
      for (const [name, version] of Object.entries(before)) {
        assert.ok((now[name] ?? 0) >= version, `${name}: ${now[name]} after ${version}`);
      }
      before = now;
      await until('more is asked', () => !state.running || server.requests.length > asked);
    }
    assert.deepEqual(await all, [0, 0, 0, 0, 0, 0]);
    assert.ok((before['team.json'] ?? 0) > 1);
  });

  it('go on at once after one that was killed between timestamp and snapshot', async () => {
    const { cached, metadataDir, repository, server, updater } = scene();
    await updater().refresh();
    repository.publish();
    const asked = new Promise<void>((resolve) => {
      server.answers.set('metadata/2.snapshot.json', () => {
        resolve(); // and no answer
      });
    });
    const url = `${server.url}metadata/`;
    const one = typeScriptProcess('look-up-in-turns', metadataDir, url, 'a.txt', '1');
    await asked;
    await rejectsWithFault('client.locked', updater({ lockTimeoutMs: 20 }).refresh());
    one.child.kill('SIGKILL');
    assert.equal(await one.ended, null);
    assert.equal((await cached())['timestamp.json'], 2);
    server.answers.clear();
    const events: ClientEvent[] = [];
    await updater({ lockTimeoutMs: 1000, onEvent: (event) => events.push(event) }).refresh();
    assert.ok(!events.some((event) => event.type === 'waiting'));
    assert.equal((await cached())['snapshot.json'], 2);
    assert.ok((await readdir(metadataDir)).every((name) => !name.startsWith('.')));
  });

  it('tell that they wait, and for what', async () => {
    const { metadataDir, updater } = scene();
    const events: ClientEvent[] = [];
    const gate = new Promise<void>((resolve) => {
      const onEvent = (event: ClientEvent) => {
        events.push(event);
        if (event.type === 'waiting') resolve();
      };
      void new MetadataCache(metadataDir).exclusively(() => {
        waiting.push(updater({ onEvent }).refresh());
        return gate;
      });
    });
    const waiting: Promise<void>[] = [];
    await gate;
    await Promise.all(waiting);
    assert.deepEqual(events[0], { type: 'waiting', folder: metadataDir });
  });

  it('are twenty on one cache', async () => {
    const { cached, updater } = scene();
    const infos = await Promise.all(
      Array.from({ length: 20 }, () => updater().getTargetInfo('team/b.txt')),
    );
    assert.ok(infos.every((info) => info?.length === 1));
    assert.equal((await cached())['team.json'], 1);
  });

  it('are twenty of as many repositories, each with its own trust', async () => {
    const { metadataDir, updater } = scene();
    const lengths = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const repository = new SimulatedRepository();
        repository.addTarget('own.txt', 'x'.repeat(index + 1));
        repository.publish();
        const server = await serveContent(repository.files);
        const own = path.join(metadataDir, String(index));
        await Updater.init(own, repository.bytes('root'));
        const one = updater({ metadataDir: own, metadataUrl: `${server.url}metadata/` });
        const info = await one.getTargetInfo('own.txt');
        await server.close();
        return info?.length;
      }),
    );
    assert.deepEqual(
      lengths,
      lengths.map((_, index) => index + 1),
    );
  });

  it('fetch each of fifty roles once for a thousand look-ups', async () => {
    const { cached, repository, requestsOf, updater } = scene();
    const paths = Array.from({ length: 1000 }, (_, index) => `r${index % 50}/${index}.txt`);
    for (let role = 0; role < 50; role += 1) {
      repository.delegate(`role${role}`, { paths: [`r${role}/*`] });
    }
    for (const [index, target] of paths.entries()) {
      repository.addTarget(target, target, `role${index % 50}`);
    }
    repository.publish();
    const one = updater();
    const requests = await requestsOf(async () => {
      const infos = await Promise.all(paths.map((target) => one.getTargetInfo(target)));
      assert.deepEqual(
        infos.map((info) => info?.path),
        paths,
      );
    });
    const roles = requests.filter((request) => request.includes('.role'));
    assert.equal(roles.length, 50);
    assert.equal(new Set(roles).size, 50);
    assert.equal(Object.keys(await cached()).filter((name) => name.startsWith('role')).length, 50);
  });

  it('store no role over that of a newer snapshot', async () => {
    const { cached, repository, updater } = scene();
    const older = updater();
    await older.refresh();
    repository.addTarget('team/c.txt', 'c', 'team');
    repository.publish();
    assert.ok(await updater().getTargetInfo('team/c.txt'));
    assert.equal(await older.getTargetInfo('team/c.txt'), undefined);
    assert.equal((await cached())['team.json'], 2);
  });

  it('keep the newer root when the first one is trusted again', async () => {
    const { cached, metadataDir, repository, updater } = scene();
    const first = repository.bytes('root');
    repository.publishRoot();
    await updater().refresh();
    await Updater.init(metadataDir, first);
    assert.equal((await cached())['root.json'], 2);
    await Updater.init(metadataDir, repository.bytes('root'));
    await Updater.init(metadataDir, first);
    assert.equal((await cached())['root.json'], 1); // another start
  });

  it('may read a cache that cannot be locked, and write nothing to it', async () => {
    const { cached, metadataDir, repository, updater } = scene();
    await updater().getTargetInfo('team/b.txt');
    await writeFile(path.join(metadataDir, '.lock'), ''); // where permissions do not count either
    assert.ok(await updater().getTargetInfo('team/b.txt'));
    assert.ok(await updater({ offline: true }).getTargetInfo('team/b.txt'));
    const before = await cached();
    repository.publish();
    const { where } = await rejectsWithFault('client.storage', updater().refresh());
    assert.equal(where, metadataDir);
    assert.deepEqual(await cached(), before);
  });
});
