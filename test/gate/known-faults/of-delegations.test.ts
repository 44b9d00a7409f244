/** Faults of other clients with delegations, names and shapes, each under its number. */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TufOnGitError } from '../../../core/error/error.ts';
import { clientScene } from '../../kit/client-scene.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { yesterday } from '../../kit/simulated-repository.ts';

describe('known faults of clients with delegations', () => {
  const scene = clientScene();

  // tough went on to later delegations behind a terminating one.
  it('CVE-2025-2886: a terminating delegation ends the search', async () => {
    const { repository, updater } = scene();
    repository.delegate('first', { paths: ['x/*'], terminating: true });
    repository.delegate('second', { paths: ['x/*', 'y/*'] });
    repository.addTarget('x/1', '1', 'second');
    repository.addTarget('y/1', '1', 'second');
    repository.publish();
    assert.equal(await updater().getTargetInfo('x/1'), undefined);
    assert.equal((await updater().getTargetInfo('y/1'))?.role, 'second');
  });

  // go-tuf kept delegations in a map and asked them in a random order.
  it('CVE-2024-47534: delegations are asked in pre-order, in the order of the file', async () => {
    const { repository, requestsOf, updater } = scene();
    const names = ['zebra', '7', 'ant', '10'];
    for (const name of names) {
      repository.delegate(name, { paths: ['x/*'] });
      repository.delegate(`${name}-below`, { from: name, paths: ['x/*'] });
    }
    repository.publish();
    const requests = await requestsOf(() => updater().getTargetInfo('x/none'));
    const asked = requests.map((name) => /^metadata\/1\.(.+)\.json$/.exec(name)?.[1]);
    const order = names.flatMap((name) => [name, `${name}-below`]);
    assert.deepEqual(asked.slice(-order.length), order);
  });

  describe('CVE-2026-6967', () => {
    // tough checked expiry, hash and length of targets, and none of them of delegated roles.
    it('a delegated role that has expired is refused', async () => {
      const { repository, updater } = scene();
      repository.role('team').expires = yesterday;
      repository.publish();
      await rejectsWithFault('role.expired', updater().getTargetInfo('team/b.txt'));
    });

    it('a delegated role with another hash is refused, though signed', async () => {
      const { cached, repository, updater } = scene();
      const respaced = Buffer.from(repository.bytes('team'));
      respaced[respaced.length - 1] = 0x20;
      repository.files.set('metadata/1.team.json', respaced);
      await rejectsWithFault('metadata.hash', updater().getTargetInfo('team/b.txt'));
      assert.equal((await cached())['team.json'], undefined);
    });

    it('a delegated role longer than its snapshot says is refused', async () => {
      const { repository, updater } = scene();
      const longer = Buffer.concat([repository.bytes('team'), Buffer.from(' ')]);
      repository.files.set('metadata/1.team.json', longer);
      await rejectsWithFault('download.too-long', updater().getTargetInfo('team/b.txt'));
    });
  });

  for (const [number, name] of [
    // python-tuf made a path of the role's name as it stood.
    ['CVE-2021-41131', '../../evil'],
    // So did tough, which also took absolute ones.
    ['CVE-2021-41150', path.join(path.sep, 'tmp', 'evil')],
  ] as const) {
    it(`${number}: the role ${name} is kept inside the cache`, async () => {
      const { metadataDir, repository, updater } = scene();
      repository.delegate(name, { paths: ['x/*'] });
      repository.addTarget('x/1', '1', name);
      repository.publish();
      const before = await readdir(path.dirname(metadataDir));
      assert.equal((await updater().getTargetInfo('x/1'))?.role, name);
      assert.deepEqual(await readdir(path.dirname(metadataDir)), before);
      const kept = await readdir(metadataDir);
      assert.ok(kept.includes(`${encodeURIComponent(name)}.json`), kept.join());
    });
  }

  for (const [number, name] of [
    // tough wrote a target where its path led to.
    ['CVE-2021-41149', '../evil'],
    // tough's guard against that let absolute paths pass.
    ['CVE-2026-6968', path.join(path.sep, 'tmp', 'evil')],
  ] as const) {
    it(`${number}: the target ${name} is none`, async () => {
      const { repository, updater } = scene();
      repository.addTarget(name, 'evil');
      repository.publish();
      await rejectsWithFault('path.form', updater().getTargetInfo(name));
      const { targets } = await updater().listTargets();
      assert.ok(!targets.some((target) => target.path === name));
    });
  }

  // tough wrote through a symbolic link that stood where the target belongs.
  it('CVE-2026-6968: a link in the place of a target is replaced, not followed', async () => {
    const { targetsDir, updater } = scene();
    const outside = path.join(path.dirname(targetsDir), 'outside');
    await mkdir(targetsDir);
    await writeFile(outside, 'precious');
    await symlink(outside, path.join(targetsDir, 'a.txt'));
    const info = await updater().getTargetInfo('a.txt');
    assert.ok(info);
    assert.equal(await readFile(await updater().downloadTarget(info), 'utf8'), 'a');
    assert.equal(await readFile(outside, 'utf8'), 'precious');
  });

  // go-tuf crashed on JSON of the wrong shape, before any signature was looked at.
  describe('CVE-2026-23991', () => {
    for (const text of [
      'null',
      '[]',
      '{}',
      '{"signed":null,"signatures":[]}',
      '{"signed":{},"signatures":null}',
      '{"signed":{"_type":"timestamp"},"signatures":[null]}',
      '{"signed":{"_type":"timestamp","meta":[]},"signatures":[]}',
      '{"signed":{"_type":7},"signatures":{}}',
    ]) {
      it(`${text} is refused with a code`, async () => {
        const { cached, repository, updater } = scene();
        repository.files.set('metadata/timestamp.json', Buffer.from(text));
        await assert.rejects(updater().refresh(), TufOnGitError);
        assert.deepEqual(await cached(), { 'root.json': 1 });
      });
    }
  });

  // minimatch takes exponential time for many * and a letter that is not there.
  it('CVE-2026-26996: a pattern of many * is matched at once', async () => {
    const { repository, updater } = scene();
    repository.delegate('slow', { paths: [`${'*'.repeat(40)}X`, `${'a*'.repeat(40)}X`] });
    repository.publish();
    assert.equal(await updater().getTargetInfo('a'.repeat(200)), undefined);
  });
});
