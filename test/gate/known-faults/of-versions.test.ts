/** Faults of other clients with versions, root, and what they keep, each under its number. */
import assert from 'node:assert/strict';
import { clientScene } from '../../kit/client-scene.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { newKey, signed } from '../../kit/simulated-repository.ts';

describe('known faults of clients with versions', () => {
  const scene = clientScene();

  /** Publishes twice and has the client see the second; what the first one said stays at hand. */
  const twoGenerations = async () => {
    const { repository, updater } = scene();
    const old = {
      timestamp: repository.bytes('timestamp'),
      timestampMeta: { ...repository.timestamp.meta },
      snapshotMeta: { ...repository.snapshot.meta },
    };
    repository.addTarget('c.txt', 'c');
    repository.addTarget('team/c.txt', 'c', 'team');
    repository.publish();
    assert.ok(await updater().getTargetInfo('team/c.txt'));
    return old;
  };

  describe('CVE-2022-29173', () => {
    // go-tuf guarded root against older versions, and did not guard the other roles.
    it('an older timestamp is refused', async () => {
      const { repository, updater } = scene();
      const { timestamp } = await twoGenerations();
      repository.files.set('metadata/timestamp.json', timestamp);
      await rejectsWithFault('rollback.timestamp', updater().refresh());
    });

    it('a new timestamp that names an older snapshot is refused', async () => {
      const { repository, updater } = scene();
      repository.timestamp.meta = (await twoGenerations()).timestampMeta;
      repository.publishTimestamp();
      await rejectsWithFault('rollback.snapshot', updater().refresh());
    });

    it('a new snapshot that names older targets is refused', async () => {
      const { repository, updater } = scene();
      const { snapshotMeta } = await twoGenerations();
      repository.snapshot.meta = { ...repository.snapshot.meta, ...pick(snapshotMeta, 'targets') };
      repository.publish();
      await rejectsWithFault('rollback.targets', updater().refresh());
    });
  });

  // tough compared the versions of targets, and of delegated roles it did not.
  it('CVE-2025-2887: a new snapshot that names an older delegated role is refused', async () => {
    const { repository, updater } = scene();
    const { snapshotMeta } = await twoGenerations();
    repository.snapshot.meta = { ...repository.snapshot.meta, ...pick(snapshotMeta, 'team') };
    repository.publish();
    await rejectsWithFault('rollback.targets', updater().refresh());
  });

  it('CVE-2025-2887: so is one that names the delegated role no more', async () => {
    const { repository, updater } = scene();
    await twoGenerations();
    const { 'team.json': _gone, ...meta } = repository.snapshot.meta;
    assert.ok(_gone);
    repository.snapshot.meta = meta;
    repository.publish();
    await rejectsWithFault('rollback.targets', updater().refresh());
  });

  // tough kept a timestamp before it had seen that its snapshot goes back: then nothing new passed.
  it('CVE-2025-2888: a timestamp that was refused is not kept', async () => {
    const { cached, repository, updater } = scene();
    const { timestampMeta } = await twoGenerations();
    const before = await cached();
    const { version } = repository.timestamp;
    repository.timestamp.version += 100;
    repository.timestamp.meta = timestampMeta;
    repository.publishTimestamp();
    await rejectsWithFault('rollback.snapshot', updater().refresh());
    assert.deepEqual(await cached(), before);
    repository.timestamp.version = version;
    repository.publish();
    await updater().refresh();
  });

  // python-tuf kept a root that it had refused, and began with it the next time.
  it('CVE-2020-15163: a root that was refused is not trusted the next time', async () => {
    const { cached, repository, updater } = scene();
    const forged = signed({ ...repository.root, version: 2 }, [newKey()]);
    repository.files.set('metadata/2.root.json', forged);
    for (let time = 0; time < 2; time += 1) {
      await rejectsWithFault('role.threshold', updater().refresh());
      assert.deepEqual(await cached(), { 'root.json': 1 });
    }
    repository.publishRoot();
    await updater().refresh();
    assert.equal((await cached())['root.json'], 2);
  });

  // tough asked for the next root by name, and did not look at the version in it.
  it('CVE-2025-2885: root 5 in place of root 2 is refused', async () => {
    const { cached, repository, updater } = scene();
    const later = signed({ ...repository.root, version: 5 }, repository.signersOf('root'));
    repository.files.set('metadata/2.root.json', later);
    await rejectsWithFault('root.version-not-next', updater().refresh());
    assert.deepEqual(await cached(), { 'root.json': 1 });
  });
});

function pick<T>(meta: Readonly<Record<string, T>>, role: string): Record<string, T> {
  const entry = meta[`${role}.json`];
  assert.ok(entry !== undefined);
  return { [`${role}.json`]: entry };
}
