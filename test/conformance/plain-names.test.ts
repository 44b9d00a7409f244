import assert from 'node:assert/strict';
import { conformanceScene, type Scene } from './kit/scene.ts';

describe('a repository without consistent snapshots', () => {
  const scene = conformanceScene();

  it('has its files asked for by plain names, root apart', async () => {
    await begin(scene());
    assert.equal(await scene().refresh(), 0);
    assert.equal(scene().asked, '3.root timestamp snapshot targets');
    assert.equal(await scene().trusted(), 'root 2, snapshot 2, targets 2, timestamp 2');
    assert.equal(await scene().refresh(), 0);
    assert.equal(scene().asked, '3.root timestamp');
  });

  it('has its delegated roles and targets asked for by plain names', async () => {
    await begin(scene());
    assert.equal(await scene().download(['a.txt', 'team/b.txt']), 0);
    const way = '3.root timestamp snapshot targets targets/a.txt team targets/team/b.txt';
    assert.equal(scene().asked, way);
    assert.deepEqual(await scene().downloaded(), { 'a.txt': 'a', 'team%2Fb.txt': 'b' });
  });

  it('that mixes a new snapshot with an old timestamp is refused', async () => {
    await begin(scene());
    await scene().refresh();
    const { repository } = scene();
    const timestamp = repository.bytes('timestamp');
    repository.addTarget('c.txt', 'c');
    repository.publish();
    const snapshot = repository.bytes('snapshot');
    repository.files.set('metadata/timestamp.json', timestamp);
    assert.equal(await scene().refresh(), 0, 'the snapshot is not asked for');
    repository.publish();
    repository.files.set('metadata/snapshot.json', snapshot);
    assert.equal(await scene().refresh(), 1);
    assert.equal(scene().fault, 'version.mismatch');
    assert.equal(await scene().trusted(), 'root 2, snapshot 2, targets 2, timestamp 4');
  });

  it('may go over to consistent snapshots', async () => {
    await begin(scene());
    await scene().refresh();
    const { repository } = scene();
    repository.root.consistent_snapshot = true;
    repository.publishRoot();
    repository.addTarget('c.txt', 'c');
    repository.publish();
    assert.equal(await scene().download(['c.txt']), 0);
    const way = '3.root 4.root timestamp 3.snapshot 3.targets targets/#.c.txt';
    assert.equal(scene().asked, way);
  });

  it('may come from consistent snapshots', async () => {
    await scene().init();
    await scene().refresh();
    publishPlainly(scene());
    assert.equal(await scene().download(['a.txt']), 0);
    assert.equal(scene().asked, '2.root 3.root timestamp snapshot targets targets/a.txt');
  });
});

/** The client starts from a root that says so. */
async function begin(scene: Scene): Promise<void> {
  publishPlainly(scene);
  await scene.init();
}

function publishPlainly({ repository }: Scene): void {
  repository.root.consistent_snapshot = false;
  repository.publishRoot();
  repository.addTarget('a.txt', 'a');
  repository.delegate('team', { paths: ['team/*'] });
  repository.addTarget('team/b.txt', 'b', 'team');
  repository.publish();
}
