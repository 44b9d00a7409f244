import assert from 'node:assert/strict';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { newKey, yesterday } from '../kit/simulated-repository.ts';

describe('look-up of a target', () => {
  const scene = clientScene();

  it('tells length, hashes, role and chain of a target', async () => {
    const info = await scene().updater().getTargetInfo('team/b.txt');
    assert.equal(info?.length, 1);
    assert.equal(info.role, 'team');
    assert.deepEqual(info.chain, ['targets', 'team']);
    assert.deepEqual(Object.keys(info.hashes), ['sha256']);
  });

  it('finds no target by a name that every object has', async () => {
    const { repository, updater } = scene();
    repository.delegate('all', { paths: ['*'] });
    repository.publish();
    for (const name of ['constructor', '__proto__', 'hasOwnProperty']) {
      assert.equal(await updater().getTargetInfo(name), undefined);
    }
  });

  it('refuses paths that could leave a folder', async () => {
    for (const name of ['../a.txt', '/a.txt', 'a//b', 'a/..', '', 'a\\b', 'a\0b']) {
      await rejectsWithFault('path.form', scene().updater().getTargetInfo(name));
    }
  });

  it('verifies a role again for another delegator, also out of the cache', async () => {
    const { repository, updater } = scene();
    const [shared, stranger] = [newKey(), newKey()];
    repository.delegate('left', { paths: ['x/*'] });
    repository.delegate('right', { paths: ['y/*'] });
    repository.delegate('common', { from: 'left', paths: ['x/*'], keys: [shared] });
    repository.delegate('common', { from: 'right', paths: ['y/*'], keys: [stranger] });
    repository.addTarget('x/1', '1', 'common');
    repository.addTarget('y/1', '1', 'common');
    repository.publish();
    const one = updater();
    assert.ok(await one.getTargetInfo('x/1'));
    await rejectsWithFault('role.threshold', one.getTargetInfo('y/1'));
  });

  for (const name of ['../evil', 'a b', '\u00fcn\u00ef', '?#%', '..', 'Root', 'x'.repeat(300)]) {
    it(`reads a role called ${name.slice(0, 20)}`, async () => {
      const { cached, repository, requestsOf, updater } = scene();
      repository.delegate(name, { paths: ['odd/*'] });
      repository.addTarget('odd/1', '1', name);
      repository.publish();
      assert.equal((await updater().getTargetInfo('odd/1'))?.role, name);
      const again = await requestsOf(() => updater().getTargetInfo('odd/1'));
      assert.equal(again.length, 2, 'the cache has it');
      const files = Object.keys(await cached()).map((file) => file.toLowerCase());
      assert.equal(new Set(files).size, 5);
    });
  }

  it('ends with the fault of a role on the way', async () => {
    const { repository, updater } = scene();
    repository.delegate('late', { paths: ['team/*'] });
    repository.addTarget('team/late.txt', 'l', 'late');
    repository.role('team').expires = yesterday;
    repository.publish();
    await rejectsWithFault('role.expired', updater().getTargetInfo('team/late.txt'));
  });
});
