import assert from 'node:assert/strict';
import { clientScene } from '../kit/client-scene.ts';

describe('requests of an updater', () => {
  const scene = clientScene();

  it('are the next root, timestamp, snapshot and targets at first', async () => {
    const { requestsOf, updater } = scene();
    assert.deepEqual(await requestsOf(() => updater().refresh()), [
      'metadata/2.root.json',
      'metadata/timestamp.json',
      'metadata/1.snapshot.json',
      'metadata/1.targets.json',
    ]);
  });

  it('are the next root and the timestamp while nothing changes', async () => {
    const { requestsOf, updater } = scene();
    await updater().refresh();
    assert.deepEqual(await requestsOf(() => updater().refresh()), [
      'metadata/2.root.json',
      'metadata/timestamp.json',
    ]);
  });

  it('are for what changed only', async () => {
    const { repository, requestsOf, updater } = scene();
    await updater().getTargetInfo('team/b.txt');
    repository.addTarget('team/c.txt', 'c', 'team');
    repository.publish();
    assert.deepEqual(await requestsOf(() => updater().getTargetInfo('team/c.txt')), [
      'metadata/2.root.json',
      'metadata/timestamp.json',
      'metadata/2.snapshot.json',
      'metadata/2.team.json',
    ]);
  });

  it('are made once by an updater, however often it is asked', async () => {
    const { requestsOf, updater } = scene();
    const one = updater();
    await Promise.all([one.refresh(), one.getTargetInfo('a.txt')]);
    assert.deepEqual(await requestsOf(() => one.getTargetInfo('a.txt')), []);
  });

  it('carry no version where snapshots are not consistent', async () => {
    const { repository, requestsOf, server, updater } = scene();
    repository.root.consistent_snapshot = false;
    repository.publishRoot();
    repository.publish();
    await updater().refresh();
    const info = await updater().getTargetInfo('team/b.txt');
    assert.ok(info);
    assert.deepEqual(server.requests.slice(2, 5), [
      'metadata/timestamp.json',
      'metadata/snapshot.json',
      'metadata/targets.json',
    ]);
    assert.equal(server.requests.at(-1), 'metadata/team.json');
    assert.deepEqual(await requestsOf(() => updater().downloadTarget(info)), [
      'metadata/3.root.json',
      'metadata/timestamp.json',
      'targets/team/b.txt',
    ]);
  });
});
