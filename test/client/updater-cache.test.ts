import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { newKey, yesterday } from '../kit/simulated-repository.ts';

describe('cache of an updater', () => {
  const scene = clientScene();

  it('holds each role byte for byte, under its unversioned name', async () => {
    const { cached, metadataDir, repository, updater } = scene();
    await updater().getTargetInfo('team/b.txt');
    for (const role of ['root', 'timestamp', 'snapshot', 'targets', 'team']) {
      const bytes = await readFile(path.join(metadataDir, `${role}.json`));
      assert.deepEqual(bytes, Buffer.from(repository.bytes(role)));
    }
    assert.equal(Object.keys(await cached()).length, 5);
  });

  for (const role of ['root', 'timestamp', 'snapshot', 'targets', 'team']) {
    for (const damage of ['', '{"signed":{}}', 'cut']) {
      it(`is mended when ${role}.json is damaged: ${damage || 'empty'}`, async () => {
        const { cached, metadataDir, repository, updater } = scene();
        repository.publishRoot();
        await updater().getTargetInfo('team/b.txt');
        const before = await cached();
        const file = path.join(metadataDir, `${role}.json`);
        const whole = repository.bytes(role);
        await writeFile(file, damage === 'cut' ? whole.subarray(0, whole.length / 2) : damage);
        assert.ok(await updater().getTargetInfo('team/b.txt'));
        assert.deepEqual(await cached(), before);
      });
    }
  }

  it('says what is wrong with a root that cannot be mended', async () => {
    const { metadataDir, updater } = scene();
    await rm(path.join(metadataDir, 'anchor'), { recursive: true });
    await writeFile(path.join(metadataDir, 'root.json'), 'gone');
    await rejectsWithFault('json.syntax', updater().refresh());
  });

  it('still protects from a rollback when all of it has expired', async () => {
    const { cached, repository, updater } = scene();
    const old = repository.bytes('timestamp');
    repository.publish();
    await updater().refresh();
    repository.files.set('metadata/timestamp.json', old);
    const later = new Date('2031-01-01T00:00:00Z');
    repository.root.expires = '2032-01-01T00:00:00Z';
    repository.publishRoot();
    await rejectsWithFault('rollback.timestamp', updater({ now: later }).refresh());
    assert.equal((await cached())['timestamp.json'], 2);
  });

  for (const [role, file, code] of [
    ['timestamp', 'timestamp.json', 'role.expired'],
    ['snapshot', '2.snapshot.json', 'role.expired'],
    ['targets', '2.targets.json', 'role.expired'],
    ['team', '2.team.json', 'role.expired'],
  ] as const) {
    it(`never holds a refused ${role}`, async () => {
      const { metadataDir, repository, updater } = scene();
      await updater().getTargetInfo('team/b.txt');
      const stored = () => readFile(path.join(metadataDir, `${role}.json`));
      const before = await stored();
      const { roles, snapshot, timestamp } = repository;
      const json = roles.get(role) ?? (role === 'snapshot' ? snapshot : timestamp);
      json.expires = yesterday;
      repository.publish();
      assert.ok(repository.files.has(`metadata/${file}`));
      await rejectsWithFault(code, updater().getTargetInfo('team/b.txt'));
      assert.deepEqual(await stored(), before);
    });
  }

  it('gives up timestamp and snapshot when a root takes one of their keys away', async () => {
    const { cached, repository, updater } = scene();
    const { keys, roles } = repository.root;
    const stolen = newKey();
    keys[stolen.keyid] = stolen.json;
    const [timestampKeys, snapshotKeys] = [roles.timestamp.keyids, roles.snapshot.keyids];
    roles.timestamp = { keyids: [...timestampKeys, stolen.keyid], threshold: 1 };
    roles.snapshot = { keyids: [...snapshotKeys, stolen.keyid], threshold: 1 };
    repository.publishRoot();
    const forwarded = [repository.timestamp, repository.snapshot, repository.targets];
    for (const role of forwarded) role.version = 1000;
    repository.addTarget('forward.txt', 'f');
    repository.publish();
    await updater().refresh();
    assert.equal((await cached())['targets.json'], 1001);

    // the keys that stay have signed the forwarded versions too: only forgetting them helps
    roles.timestamp = { keyids: timestampKeys, threshold: 1 };
    roles.snapshot = { keyids: snapshotKeys, threshold: 1 };
    repository.publishRoot();
    for (const role of forwarded) role.version = 2;
    repository.addTarget('recovered.txt', 'r');
    repository.publish();
    await updater().refresh();
    const { 'root.json': root, ...others } = await cached();
    assert.equal(root, 3);
    assert.deepEqual(others, { 'snapshot.json': 3, 'targets.json': 3, 'timestamp.json': 3 });
  });
});
