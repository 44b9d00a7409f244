import assert from 'node:assert/strict';
import { receiptSlackMs } from '../../core/gate/history.ts';
import type { TransitionContext } from '../../core/rules/state.ts';
import {
  delegationTo,
  entryOf,
  fileOf,
  inDays,
  keysOf,
  now,
  people,
  putRole,
  putTarget,
  roleSigned,
  type Tree,
} from '../kit/source-tree.ts';
import { accepts, codesOf, nextAlice, nextRoot, nextTargets } from '../kit/transitions.ts';

describe('rules: good transitions', () => {
  it('accepts the first state that descends from the pinned root', async () => {
    assert.deepEqual(await codesOf(() => undefined, { first: true }), []);
  });
  it('accepts a next version with a new target', async () => {
    await accepts((tree) => {
      const path = 'alice-project/tool/1.0.1/tool.tgz';
      putTarget(tree, path, 'newer');
      const targets = { [fileOf.alice]: entryOf(tree, fileOf.alice), [path]: entryOf(tree, path) };
      putRole(tree, 'alice', roleSigned(2, targets), [people.alice]);
    });
  });
  it('accepts a role without any targets', async () => {
    await accepts((tree) => {
      tree.delete(`targets/${fileOf.alice}`);
      putRole(tree, 'alice', roleSigned(2, {}), [people.alice]);
    });
  });
  it('accepts empty delegations and a key that no role uses', async () => {
    await accepts((tree) => {
      nextAlice(tree, { delegations: { keys: keysOf(people.bob), roles: [] } });
    });
  });
  it('accepts a delegation that does not terminate', async () => {
    await accepts((tree) => {
      const { alice, bob } = people;
      const roles = [
        { ...delegationTo('alice', alice, 'alice-project/*/*/*'), terminating: false },
        delegationTo('bob', bob, 'bob-project/*/*/*'),
      ];
      nextTargets(tree, { keys: keysOf(alice, bob), roles });
    });
  });
  it('accepts the same maintainer in many roles', async () => {
    await accepts((tree) => {
      const { alice, bob } = people;
      const names = Array.from({ length: 10 }, (_, index) => `more-${index}`);
      const more = names.map((name) => delegationTo(name, alice, `${name}/*`));
      for (const name of names) putRole(tree, name, roleSigned(1, {}), [alice]);
      const roles = [
        delegationTo('alice', alice, 'alice-project/*/*/*'),
        delegationTo('bob', bob, 'bob-project/*/*/*'),
        ...more,
      ];
      nextTargets(tree, { keys: keysOf(alice, bob), roles });
    });
  });
  it('accepts a change of one role while another is expired', async () => {
    const later = new Date(Date.parse(inDays(380)));
    const codes = await codesOf(
      (tree) => {
        nextAlice(tree, { expires: inDays(700) });
      },
      { context: { receivedAt: later } },
    );
    assert.deepEqual(codes, []);
  });
  it('accepts a next root signed by both thresholds', async () => {
    await accepts((tree) => {
      nextRoot(tree, {});
    });
  });
  it('accepts null and any name inside custom', async () => {
    await accepts((tree) => {
      const custom = { Über: null, a: { A: [null, 'x'] } };
      putRole(
        tree,
        'alice',
        roleSigned(2, { [fileOf.alice]: { ...entryOf(tree, fileOf.alice), custom } }),
        [people.alice],
      );
    });
  });
  it('accepts on the second look what the first let through by a second', async () => {
    const change = (tree: Tree) => {
      nextAlice(tree, { expires: inDays(2 / 24) });
    };
    const justInTime = new Date(now.getTime() + 3_599_000);
    const later = new Date(now.getTime() + 3_605_000);
    const at = (context: Partial<TransitionContext>) => codesOf(change, { context });
    assert.deepEqual(await at({ receivedAt: justInTime }), []);
    assert.deepEqual(await at({ receivedAt: later }), ['role.expired']);
    assert.deepEqual(await at({ receivedAt: later, receiptSlackMs }), []);
  });
  it('keeps unknown fields of signed', async () => {
    await accepts((tree) => {
      nextAlice(tree, { 'x-note': { any: 'thing' } });
    });
  });
});
