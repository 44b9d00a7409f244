import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../client/updater.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { newKey, signed, yesterday } from '../kit/simulated-repository.ts';

describe('root of an updater', () => {
  const scene = clientScene();

  it('is followed version by version, each stored', async () => {
    const { cached, repository, updater } = scene();
    for (let version = 2; version <= 5; version += 1) {
      repository.rotate('root');
      repository.publishRoot();
    }
    await updater().refresh();
    assert.equal((await cached())['root.json'], 5);
  });

  for (const status of [403, 404]) {
    it(`ends at ${status}`, async () => {
      const { server, updater } = scene();
      server.answers.set('metadata/2.root.json', (_, response) => {
        response.writeHead(status).end();
      });
      await updater().refresh();
    });
  }

  it('is tried again at 500, and then given up', async () => {
    const { cached, requestsOf, server, updater } = scene();
    server.answers.set('metadata/2.root.json', (_, response) => {
      response.writeHead(500).end();
    });
    const refresh = () => rejectsWithFault('download.status', updater().refresh());
    assert.equal((await requestsOf(refresh)).length, 3);
    assert.deepEqual(await cached(), { 'root.json': 1 });
  });

  it('stops at the most that one refresh follows', async () => {
    const { cached, repository, updater } = scene();
    for (let count = 0; count < 4; count += 1) repository.publishRoot();
    await updater({ limits: { rootUpdates: 2 } }).refresh();
    assert.equal((await cached())['root.json'], 3);
  });

  it('is refused when it has expired, though stored before that shows', async () => {
    const { cached, repository, requestsOf, updater } = scene();
    repository.root.expires = yesterday;
    repository.publishRoot();
    const refresh = () => rejectsWithFault('role.expired', updater().refresh());
    assert.deepEqual(await requestsOf(refresh), ['metadata/2.root.json', 'metadata/3.root.json']);
    assert.deepEqual(await cached(), { 'root.json': 2 });
  });

  it('is needed before anything is asked', async () => {
    const { metadataDir, requestsOf, updater } = scene();
    await rm(metadataDir, { recursive: true });
    const refresh = () => rejectsWithFault('client.not-trusted-yet', updater().refresh());
    assert.deepEqual(await requestsOf(refresh), []);
  });

  it('is not stored when it does not verify under itself', async () => {
    const { metadataDir, repository } = scene();
    const forged = signed(repository.root, [newKey()]);
    await rejectsWithFault('role.threshold', Updater.init(path.join(metadataDir, 'other'), forged));
  });
});
