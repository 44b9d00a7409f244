/** A signing event as what it would make of `main`, by real pushes through the built hook. */
import assert from 'node:assert/strict';
import { accepted, gatedEvents, refused, said } from '../../kit/gated-events.ts';
import {
  addSignatures,
  livesFor,
  redraft,
  release,
  remake,
  withRoles,
} from '../../kit/signing-events.ts';
import { delegationTo, people, type Tree } from '../../kit/source-tree.ts';

const { admin, alice, bob, carol, stranger } = people;

describe('a signing event, judged by what it would make of main', () => {
  const events = gatedEvents();

  describe('judged by what it would make of main', () => {
    it('is refused what main would be refused, signatures that are missing apart', async () => {
      await refused(
        events.push((tree) => redraft(tree, 'alice', [alice], livesFor(30))),
        'role.changed-version',
      );
      await refused(
        events.push((tree) => remake(tree, 'alice', [alice, stranger])),
        'signature.unauthorised',
      );
      await refused(
        events.push((tree) => {
          release(tree, 'alice', '1.1', alice);
          tree.delete('targets/alice-project/tool/1.1/tool.tgz');
        }),
        'target.missing',
      );
      await refused(
        events.push((tree) => {
          remake(tree, 'alice', [alice]);
          tree.set('targets/ghost', Buffer.from('boo'));
        }),
        'git.ghost-file',
      );
    });

    it('goes on when main moves elsewhere', async () => {
      accepted(await events.push((tree) => release(tree, 'alice', '1.1', alice)));
      accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.1', bob)));
      const run = accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
      assert.ok(said(run).includes('every threshold is met: it lands now'));
    });

    it('lets others sign while a role is stale, and says so', async () => {
      accepted(
        await events.push((tree) => {
          release(tree, 'alice', '1.1', alice);
          release(tree, 'bob', '2.1', bob);
        }),
      );
      accepted(await events.pushes.pushMain((tree) => release(tree, 'bob', '2.2', bob)));
      const run = accepted(await events.push((tree) => addSignatures(tree, 'alice', carol)));
      assert.deepEqual(said(run), [
        'alice version 3: 2 of 2 signatures',
        'bob version 2 is stale: main has moved on; make and sign the next one',
        'it cannot land before stale roles are made again',
      ]);
    });

    it('keeps nobody from signing when main has left another role of the event behind', async () => {
      accepted(
        await events.push((tree) => {
          release(tree, 'alice', '1.1', alice);
          release(tree, 'bob', '2.1');
        }),
      );
      accepted(
        await events.pushes.pushMain((tree) =>
          remake(tree, 'targets', [admin, bob], (targets) =>
            withRoles(targets, (roles) => [
              delegationTo('alice', carol, 'alice-project/*/*/*'),
              ...roles.filter(({ name }) => name !== 'alice'),
            ]),
          ),
        ),
      );
      const run = accepted(await events.push((tree) => addSignatures(tree, 'bob', bob)));
      assert.match(run.stderr, /notice \[signature\.unauthorised\] metadata\/alice\.json/);
      const more = (tree: Tree) => addSignatures(tree, 'bob', alice);
      await refused(events.push(more), 'signature.too-many');
    });

    it('lets a stale role be made again, while another one still is stale', async () => {
      accepted(
        await events.push((tree) => {
          release(tree, 'alice', '1.1', alice);
          release(tree, 'bob', '2.1', bob);
        }),
      );
      accepted(
        await events.pushes.pushMain((tree) => {
          release(tree, 'bob', '2.2', bob);
          release(tree, 'alice', '1.2', alice, carol);
        }),
      );
      const run = accepted(await events.push(remakeOnMain));
      assert.deepEqual(said(run).slice(0, 2), [
        'alice version 3 is stale: main has moved on; make and sign the next one',
        'bob version 3: 1 of 1 signature',
      ]);
    });

    /** Bob's role as it is on main, in the next version and signed by him. */
    function remakeOnMain(tree: Tree, main: Tree): void {
      tree.set('metadata/bob.json', main.get('metadata/bob.json') ?? Buffer.of());
      remake(tree, 'bob', [bob]);
      tree.delete('targets/bob-project/tool/2.1/tool.tgz');
    }

    it('says which role has to be made again because its keys change', async () => {
      const run = await events.push((tree) =>
        remake(tree, 'targets', [admin], (targets) =>
          withRoles(targets, (roles) => [
            ...roles.filter(({ name }) => name !== 'bob'),
            delegationTo('bob', carol, 'bob-project/*/*/*'),
          ]),
        ),
      );
      assert.ok(
        said(accepted(run))
          .join(' ')
          .includes(
            'bob version 1: 0 of 1 signature; @carol is missing; its keys change: make version 2',
          ),
      );
    });
  });
});
