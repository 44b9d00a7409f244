import assert from 'node:assert/strict';
import { clientScene } from '../kit/client-scene.ts';
import { newKey } from '../kit/simulated-repository.ts';

describe('the vouchers of a target', () => {
  const scene = clientScene();
  const ed25519 = { keytype: 'ed25519', scheme: 'ed25519' };

  it('are its roles from targets on, with their keys and who signed', async () => {
    const { repository, updater } = scene();
    const [alice, bob] = [newKey(), newKey()];
    const named = { ...alice.json, 'x-tuf-on-ci-keyowner': '@alice' };
    repository.delegate('app', { paths: ['app/*'], keys: [{ ...alice, json: named }, bob] });
    repository.signers.set('app', [alice]);
    repository.addTarget('app/c.txt', 'c', 'app');
    repository.publish();
    const one = updater();
    const info = await one.getTargetInfo('app/c.txt');
    assert.ok(info);
    const [keyid] = repository.root.roles.targets.keyids;
    const expires = '2030-07-01T12:00:00Z';
    assert.deepEqual(await one.vouchersOf(info), [
      {
        role: 'targets',
        delegator: 'root',
        delegation: undefined,
        version: 2,
        expires,
        threshold: 1,
        keys: [{ keyid, owner: undefined, ...ed25519, hasSigned: true }],
      },
      {
        role: 'app',
        delegator: 'targets',
        delegation: { terminating: false, paths: ['app/*'] },
        version: 1,
        expires,
        threshold: 1,
        keys: [
          { keyid: alice.keyid, owner: '@alice', ...ed25519, hasSigned: true },
          { keyid: bob.keyid, owner: undefined, ...ed25519, hasSigned: false },
        ],
      },
    ]);
  });

  it('are known offline too, and to an updater that did not search', async () => {
    const { requestsOf, updater } = scene();
    const info = await updater().getTargetInfo('team/b.txt');
    assert.ok(info);
    const asked = await requestsOf(async () => {
      const vouchers = await updater({ offline: true }).vouchersOf(info);
      assert.deepEqual(
        vouchers.map(({ role }) => role),
        ['targets', 'team'],
      );
    });
    assert.deepEqual(asked, []);
  });
});
