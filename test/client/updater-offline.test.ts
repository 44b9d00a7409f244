import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';

const roles = ['root', 'timestamp', 'snapshot', 'targets', 'team'] as const;

describe('an updater that is offline', () => {
  const scene = clientScene();
  const offline = () => scene().updater({ offline: true });

  it('finds what was fetched before, and asks no server', async () => {
    const { requestsOf, updater } = scene();
    const info = await updater().getTargetInfo('team/b.txt');
    assert.ok(info);
    const file = await updater().downloadTarget(info);
    const asked = await requestsOf(async () => {
      const one = offline();
      assert.deepEqual(await one.getTargetInfo('team/b.txt'), info);
      assert.equal((await one.listTargets()).targets.length, 2);
      assert.equal(await one.downloadTarget(info), file);
    });
    assert.deepEqual(asked, []);
  });

  it('does not fetch a target that is not there', async () => {
    const { requestsOf, updater } = scene();
    await updater().refresh();
    const asked = await requestsOf(async () => {
      const info = await offline().getTargetInfo('a.txt');
      assert.ok(info);
      await rejectsWithFault('client.offline', offline().downloadTarget(info));
    });
    assert.deepEqual(asked, []);
  });

  it('knows nothing before the first refresh', async () => {
    await rejectsWithFault('client.offline', offline().refresh());
  });

  it('says where nothing is trusted yet', async () => {
    await rm(scene().metadataDir, { recursive: true });
    await rejectsWithFault('client.not-trusted-yet', offline().refresh());
  });

  for (const role of roles) {
    it(`says that ${role} is missing`, async () => {
      const { metadataDir, updater } = scene();
      await updater().getTargetInfo('team/b.txt');
      await rm(path.join(metadataDir, `${role}.json`));
      const look = offline().getTargetInfo('team/b.txt');
      const { where } = await rejectsWithFault('client.offline', look);
      assert.equal(where, `${role}.json`);
    });

    it(`says that ${role} is damaged`, async () => {
      const { metadataDir, updater } = scene();
      await updater().getTargetInfo('team/b.txt');
      const file = path.join(metadataDir, `${role}.json`);
      const whole = await readFile(file);
      await writeFile(file, whole.subarray(0, whole.length / 2));
      const look = offline().getTargetInfo('team/b.txt');
      const { where } = await rejectsWithFault('client.offline', look);
      assert.equal(where, `${role}.json`);
    });

    it(`refuses ${role} once it has expired`, async () => {
      const { repository, updater } = scene();
      const { root, snapshot, timestamp } = repository;
      const soon = '2030-06-02T12:00:00Z';
      const json = { root, snapshot, timestamp, targets: repository.targets };
      if (role === 'team') repository.role('team').expires = soon;
      else json[role].expires = soon;
      repository.publishRoot();
      repository.publish();
      await updater().getTargetInfo('team/b.txt');
      const before = updater({ offline: true, now: new Date('2030-06-02T11:59:59Z') });
      assert.ok(await before.getTargetInfo('team/b.txt'));
      const after = updater({ offline: true, now: new Date(soon) });
      const look = after.getTargetInfo('team/b.txt');
      const { where } = await rejectsWithFault('role.expired', look);
      assert.equal(where, `${role}.json`);
    });
  }

  it('refuses a snapshot that is not the one signed for', async () => {
    const { metadataDir, repository, updater } = scene();
    await updater().refresh();
    repository.publish();
    await updater().refresh();
    await writeFile(
      path.join(metadataDir, 'snapshot.json'),
      repository.files.get('metadata/1.snapshot.json') ?? '',
    );
    await rejectsWithFault('client.offline', offline().refresh());
  });
});
