import assert from 'node:assert/strict';
import { clientScene } from '../kit/client-scene.ts';
import { newKey, yesterday } from '../kit/simulated-repository.ts';

describe('listing of targets', () => {
  const scene = clientScene();

  it('has what a search finds, in the role where it finds it', async () => {
    const { repository, updater } = scene();
    repository.delegate('second', { paths: ['team/*', 'own/*'] });
    repository.addTarget('team/b.txt', 'other', 'second');
    repository.addTarget('own/e.txt', 'e', 'second');
    repository.addTarget('outside.txt', 'o', 'second');
    repository.publish();
    const { targets, unavailable } = await updater().listTargets();
    const found = targets.map(({ path, role }) => `${role}: ${path}`).toSorted();
    assert.deepEqual(found, ['second: own/e.txt', 'targets: a.txt', 'team: team/b.txt']);
    assert.deepEqual(unavailable, []);
  });

  it('leaves out paths that could leave a folder', async () => {
    const { repository, updater } = scene();
    repository.addTarget('../up.txt', 'u');
    repository.addTarget('/etc/passwd', 'p');
    repository.publish();
    const { targets } = await updater().listTargets();
    assert.deepEqual(targets.map(({ path }) => path).toSorted(), ['a.txt', 'team/b.txt']);
  });

  it('tells which roles are unavailable and lists the rest', async () => {
    const { repository, updater } = scene();
    repository.role('team').expires = yesterday;
    repository.publish();
    const { targets, unavailable } = await updater().listTargets();
    assert.deepEqual(
      targets.map(({ path }) => path),
      ['a.txt'],
    );
    assert.deepEqual(
      unavailable.map(({ code }) => code),
      ['role.expired'],
    );
  });

  it('comes to an end where delegations run in circles and fan out', async () => {
    const { repository, updater } = scene();
    for (let level = 0; level < 12; level += 1) {
      for (const side of ['l', 'r']) {
        const from = level === 0 ? ['targets'] : [`l${level - 1}`, `r${level - 1}`];
        const keys = [newKey()];
        for (const parent of from) repository.delegate(`${side}${level}`, { from: parent, keys });
      }
    }
    repository.delegate('l0', { from: 'r11', keys: repository.signersOf('l0') });
    repository.addTarget('deep.txt', 'd', 'r11');
    repository.publish();
    const { targets } = await updater().listTargets();
    assert.ok(targets.some(({ path, role }) => path === 'deep.txt' && role === 'r11'));
  });
});
