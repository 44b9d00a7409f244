/** Who signs a signing event, push by push through the built hook (rule 26). */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { accepted, gatedEvents, refused, said } from '../../kit/gated-events.ts';
import {
  addSignatures,
  dropSignatures,
  livesFor,
  redraft,
  release,
  remake,
  withRoles,
} from '../../kit/signing-events.ts';
import {
  delegationTo,
  keysOf,
  people,
  putRole,
  roleSigned,
  type Tree,
} from '../../kit/source-tree.ts';

const { root1, root2, root3, admin, alice, bob, carol } = people;

const carols = delegationTo('carol', carol, 'carol-project/*/*/*');
const withCarol = (targets: JsonObject) => withRoles(targets, (roles) => [...roles, carols]);
const withoutCarol = (targets: JsonObject) =>
  withRoles(targets, (roles) => roles.filter(({ name }) => name !== 'carol'));

describe('a signing event', () => {
  const events = gatedEvents();

  describe('with signatures of several people', () => {
    it('collects them push by push, and says who is missing', async () => {
      const first = accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      assert.deepEqual(said(first), [
        'alice version 3: 1 of 2 signatures; @carol is missing',
        'it lands when no signature is missing',
      ]);
      const second = accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
      assert.deepEqual(said(second), [
        'alice version 3: 2 of 2 signatures',
        'every threshold is met: it lands now',
      ]);
    });

    it('carries several roles, each with what is missing for it', async () => {
      const run = await events.push((tree) => {
        release(tree, 'alice', '1.1', alice);
        release(tree, 'bob', '2.1', bob);
        remake(tree, 'targets', [admin]);
      });
      assert.deepEqual(said(accepted(run)), [
        'targets version 3: 1 of 2 signatures; @bob or @carol is missing',
        'alice version 3: 1 of 2 signatures; @carol is missing',
        'bob version 2: 1 of 1 signature',
        'it lands when no signature is missing',
      ]);
    });

    it('tells the threshold of the old root from that of the new one', async () => {
      const run = await events.push((tree) =>
        remake(tree, 'root', [root1], (root) => ({
          ...root,
          keys: { ...(root['keys'] as JsonObject), ...keysOf(alice) },
          roles: {
            ...(root['roles'] as JsonObject),
            root: { keyids: [root1, root2, alice].map(({ keyid }) => keyid), threshold: 3 },
          },
        })),
      );
      assert.deepEqual(said(accepted(run)).slice(0, 2), [
        'root version 3, by the keys of version 2: 1 of 2 signatures; @root2 or @root3 is missing',
        'root version 3, by its own keys: 1 of 3 signatures; @root2 and @alice are missing',
      ]);
      accepted(await events.push((tree) => addSignatures(tree, 'root', alice)));
      accepted(await events.push((tree) => addSignatures(tree, 'root', root3)));
      const last = accepted(await events.push((tree) => addSignatures(tree, 'root', root2)));
      assert.deepEqual(said(last).slice(0, 2), [
        'root version 3, by the keys of version 2: 3 of 2 signatures',
        'root version 3, by its own keys: 3 of 3 signatures',
      ]);
    });

    it('takes many commits in one push, whatever each of them holds', async () => {
      await events.gated.clone.ok('checkout', '--quiet', '-B', 'work', 'origin/main');
      await events.gated.clone.write('metadata/alice.json', 'draft');
      await events.gated.clone.commit('a note to myself');
      const tree = await events.pushes.tree();
      release(tree, 'alice', '1.1', alice);
      await events.gated.commit(tree);
      accepted(await events.gated.push('origin', 'HEAD:refs/heads/sign/release'));
    });

    it('keeps the signatures of one role when the payload of another changes', async () => {
      accepted(
        await events.push((tree) => {
          release(tree, 'alice', '1.1', alice);
          release(tree, 'bob', '2.1', bob);
        }),
      );
      const run = await events.push((tree) => redraft(tree, 'alice', [carol], livesFor(30)));
      assert.deepEqual(said(accepted(run)).slice(0, 2), [
        'alice version 3: 1 of 2 signatures; @alice is missing',
        'bob version 2: 1 of 1 signature',
      ]);
    });
  });

  describe('event.adds-nothing', () => {
    it('refuses the same again', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      await refused(
        events.push(() => undefined),
        'event.adds-nothing',
      );
    });

    it('refuses a beginning without a change', async () => {
      await refused(
        events.push(() => undefined),
        'event.adds-nothing',
      );
    });

    it('refuses the same signatures in another order', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice, carol)));
      const reorder = (tree: Tree) => {
        dropSignatures(tree, 'alice', alice);
        addSignatures(tree, 'alice', alice);
      };
      await refused(events.push(reorder), 'event.adds-nothing');
    });
  });

  describe('event.unauthorised', () => {
    beforeEach(async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
    });

    it('refuses a payload that nobody of its role has changed', async () => {
      await refused(
        events.push((tree) => redraft(tree, 'alice', [], livesFor(30))),
        'event.unauthorised',
      );
    });

    it('refuses a first change of another role without a key of it', async () => {
      await refused(
        events.push((tree) => remake(tree, 'bob', [])),
        'event.unauthorised',
      );
    });

    it('refuses to take somebody’s change back', async () => {
      await refused(
        events.push((tree, main) => {
          for (const [file, bytes] of main) tree.set(file, bytes);
          tree.delete('targets/alice-project/tool/1.1/tool.tgz');
        }),
        'event.unauthorised',
      );
    });

    it('refuses what was signed and set aside, pushed back over what others have signed since', async () => {
      const file = 'metadata/alice.json';
      const first = (await events.pushes.tree('sign/release')).get(file) ?? Buffer.of();
      accepted(await events.push((tree) => redraft(tree, 'alice', [carol], livesFor(30))));
      await refused(
        events.push((tree) => tree.set(file, first)),
        'event.unauthorised',
      );
      await refused(
        events.push((tree) => addSignatures(tree.set(file, first), 'alice', carol)),
        'event.unauthorised',
      );
      accepted(await events.push((tree) => redraft(tree, 'alice', [alice], livesFor(31))));
    });

    it('refuses a delegator that is pushed back, as authority for what it delegates', async () => {
      const [targets, role] = ['metadata/targets.json', 'metadata/carol.json'];
      accepted(
        await events.push((tree) => {
          remake(tree, 'targets', [admin], withCarol);
          putRole(tree, 'carol', roleSigned(1, {}), []);
        }),
      );
      const first = await events.pushes.tree('sign/release');
      accepted(
        await events.push((tree) => {
          redraft(tree, 'targets', [bob], withoutCarol);
          tree.delete(role);
        }),
      );
      const bringBack = (tree: Tree) => {
        for (const file of [targets, role]) tree.set(file, first.get(file) ?? Buffer.of());
      };
      await refused(events.push(bringBack), 'event.unauthorised');
    });

    it('accepts another payload by a key of the role', async () => {
      accepted(await events.push((tree) => redraft(tree, 'alice', [carol], livesFor(30))));
    });

    it('accepts a role that nobody has signed together with its signed delegator', async () => {
      const delegate = (...keys: (typeof admin)[]) =>
        events.push((tree) => {
          remake(tree, 'targets', keys, withCarol);
          putRole(tree, 'carol', roleSigned(1, {}), []);
        });
      await refused(delegate(), 'event.unauthorised');
      const run = accepted(await delegate(admin));
      assert.ok(said(run).includes('carol version 1: 0 of 1 signature; @carol is missing'));
    });

    it('accepts that a role of the event goes again with its delegation', async () => {
      accepted(
        await events.push((tree) => {
          remake(tree, 'targets', [admin], withCarol);
          putRole(tree, 'carol', roleSigned(1, {}), [carol]);
        }),
      );
      accepted(
        await events.push((tree) => {
          redraft(tree, 'targets', [bob], withoutCarol);
          tree.delete('metadata/carol.json');
        }),
      );
    });
  });

  describe('event.drops-signature', () => {
    it('refuses a push that loses a signature, and accepts one that keeps it', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      const replace = (tree: Tree) => {
        dropSignatures(tree, 'alice', alice);
        addSignatures(tree, 'alice', carol);
      };
      await refused(events.push(replace), 'event.drops-signature');
      accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
    });
  });
});
