/** An admin takes a stolen key out of those of a role: in one push, and without that key. */
import assert from 'node:assert/strict';
import { alice, all, releaseByBob, root, targets } from '../../kit/changes.ts';
import { signedOf } from '../../kit/home.ts';
import type { Change } from '../../kit/push-scene.ts';
import { keysOf, people, putRole, type TestKey } from '../../kit/source-tree.ts';
import { emergencyScene } from './emergency-scene.ts';

const { bob, carol, admin, root1, root2, root3, online } = people;
const stolen = people.alice;

/** Who may sign alice’s role, and how many must. */
const authority = (threshold: number, ...keys: readonly TestKey[]): Change =>
  targets({ alice: { keyids: keys.map(({ keyid }) => keyid), threshold }, keys: [carol] });

/** The next version of alice’s role. */
const signedBy = (...keys: readonly TestKey[]): Change => alice({}, keys);

/** The next root, in which carol signs targets and admin no longer does. */
const withoutAdmin: Change = (tree, odd) => {
  const roles = signedOf(tree, 'root')['roles'] as object;
  const keys = keysOf(root1, root2, root3, carol, online);
  root({ keys, roles: { ...roles, targets: { keyids: [carol.keyid], threshold: 1 } } })(tree, odd);
};

const targetsBy =
  (key: TestKey): Change =>
  (tree, odd) => {
    targets()(tree, odd);
    putRole(tree, 'targets', signedOf(tree, 'targets'), [key]);
  };

describe('a stolen key taken from those of a role', () => {
  const scene = emergencyScene();

  for (const { what, given, taken } of [
    {
      what: 'one of two others signed',
      given: all(authority(1, stolen, bob, carol), signedBy(stolen, bob)),
      taken: authority(1, bob, carol),
    },
    {
      what: 'the only other one signed',
      given: all(authority(1, stolen, bob), signedBy(stolen, bob)),
      taken: authority(1, bob),
    },
    {
      what: 'both others signed and both have to',
      given: all(authority(2, stolen, bob, carol), signedBy(stolen, bob, carol)),
      taken: authority(2, bob, carol),
    },
  ]) {
    it(`leaves the role as it is where ${what}; the signature left over is a notice`, async () => {
      await scene.restart(given);
      const { notices, stderr } = await scene.accepts(taken);
      assert.deepEqual(notices, ['signature.unauthorised']);
      assert.ok(stderr.includes(`signature of ${stolen.keyid.slice(0, 8)}`), stderr);
    });
  }

  it('stops neither the next version of the role nor another project', async () => {
    const leftOver = all(authority(1, stolen, bob), signedBy(stolen, bob), authority(1, bob));
    for (const next of [signedBy(bob), releaseByBob('bob-project/app/2.1/app.bin')]) {
      await scene.restart(leftOver);
      await scene.accepts(next);
    }
  });

  it('is refused where nobody else signed, naming who can; not so when they sign along', async () => {
    await scene.restart();
    const { stderr } = await scene.refuses(authority(1, carol), 'role.threshold');
    assert.match(stderr, /can still sign: @carol/);
    await scene.accepts(all(authority(1, carol), signedBy(carol)));
  });

  it('is refused where too few others signed; not so when they sign along', async () => {
    await scene.restart(authority(2, stolen, bob, carol), signedBy(stolen, bob));
    const { stderr } = await scene.refuses(authority(2, bob, carol), 'role.threshold');
    assert.match(stderr, /1 of 2 needed signatures/);
    assert.match(stderr, /can still sign: @carol/);
    await scene.accepts(all(authority(2, bob, carol), signedBy(bob, carol)));
  });

  it('does not let the stolen key sign along', async () => {
    await scene.restart(authority(1, stolen, bob, carol), signedBy(stolen, bob));
    const change = all(authority(1, bob, carol), signedBy(stolen, bob));
    await scene.refuses(change, 'signature.unauthorised');
  });

  it('signs nothing any more afterwards', async () => {
    await scene.restart(authority(1, bob, carol), signedBy(bob));
    await scene.refuses(signedBy(stolen), 'role.threshold', 'signature.unauthorised');
    await scene.refuses(signedBy(stolen, bob), 'signature.unauthorised');
    await scene.accepts(signedBy(bob));
  });

  it('may be the one of targets: root takes it, and targets is signed anew in that push', async () => {
    await scene.restart();
    const { stderr } = await scene.refuses(withoutAdmin, 'role.threshold');
    assert.match(stderr, /can still sign: @carol/);
    await scene.accepts(all(withoutAdmin, targetsBy(carol)));
    await scene.restart(withoutAdmin, targetsBy(carol));
    await scene.refuses(targetsBy(admin), 'role.threshold', 'signature.unauthorised');
  });
});
