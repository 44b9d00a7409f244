import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '../../core/metadata/json.ts';
import {
  delegationTo,
  inDays,
  keysOf,
  makeKey,
  people,
  putRole,
  roleSigned,
  targetsSigned,
  validTree,
  type TestKey,
  type Tree,
} from '../kit/source-tree.ts';
import { codesOf, verdictOf } from '../kit/transitions.ts';

const { alice, bob, admin } = people;
const server = makeKey();

interface Wishes {
  readonly mark?: JsonValue;
  readonly key?: TestKey;
  readonly terminating?: boolean;
  readonly signed?: JsonObject;
}

/** Targets delegates `nightly/…` to a role that the server signs. */
function addOnline(
  tree: Tree,
  { mark = ['nightly'], key = server, terminating = true, signed = {} }: Wishes,
) {
  const roles = [
    delegationTo('alice', alice, 'alice-project/*/*/*'),
    delegationTo('bob', bob, 'bob-project/*/*/*'),
    { ...delegationTo('nightly', key, 'nightly/*'), terminating },
  ];
  const delegations = { keys: keysOf(alice, bob, key), roles };
  putRole(tree, 'targets', { ...targetsSigned(2), 'x-tuf-on-git-online': mark, delegations }, [
    admin,
  ]);
  putRole(tree, 'nightly', { ...roleSigned(1, {}), expires: inDays(20), ...signed }, [key]);
}

describe('rules: roles that the server signs', () => {
  const cases: [string, string[], Wishes][] = [
    ['accepts one with a key of its own and a short life', [], {}],
    ['refuses a mark that is no list of names', ['online-role.form'], { mark: 'nightly' }],
    ['refuses a mark of a top-level role', ['online-role.form'], { mark: ['targets'] }],
    [
      'refuses a mark of a role that targets does not delegate to',
      ['online-role.form'],
      { mark: ['other'] },
    ],
    ['refuses a delegation that is not terminating', ['online-role.form'], { terminating: false }],
    [
      'refuses one that delegates',
      ['online-role.form'],
      {
        signed: {
          delegations: { keys: keysOf(bob), roles: [delegationTo('sub', bob, 'nightly/*')] },
        },
      },
    ],
    ['refuses a key that signs another role', ['online-role.key'], { key: alice }],
    ['refuses a key of root', ['online-role.key'], { key: people.root1 }],
    [
      'refuses a life of more than 30 days',
      ['online-role.lives-too-long'],
      { signed: { expires: inDays(40) } },
    ],
  ];
  for (const [what, codes, wishes] of cases) {
    it(what, async () => {
      const change = (tree: Tree) => {
        addOnline(tree, wishes);
        if (what.includes('delegates')) putRole(tree, 'sub', roleSigned(1, {}), [bob]);
      };
      assert.deepEqual(await codesOf(change), codes);
    });
  }

  it('refuses one that delegates and takes over the key of another', async () => {
    const other = makeKey();
    const to = (nightly: TestKey, weekly: TestKey, mark: string, version: number): JsonObject => ({
      ...targetsSigned(version),
      'x-tuf-on-git-online': [mark],
      delegations: {
        keys: keysOf(server, other),
        roles: [
          delegationTo('nightly', nightly, 'nightly/*'),
          delegationTo('weekly', weekly, 'weekly/*'),
        ],
      },
    });
    const before: Tree = new Map([...validTree()].filter(([path]) => path.includes('root')));
    const delegations = { keys: keysOf(bob), roles: [delegationTo('sub', bob, 'weekly/*')] };
    putRole(before, 'targets', to(server, other, 'nightly', 1), [admin]);
    putRole(before, 'nightly', roleSigned(1, {}), [server]);
    putRole(before, 'weekly', { ...roleSigned(1, {}), delegations }, [other, server]);
    putRole(before, 'sub', roleSigned(1, {}), [bob]);
    const after = new Map(before);
    putRole(after, 'targets', to(other, server, 'weekly', 2), [admin]);
    putRole(after, 'nightly', roleSigned(2, {}), [other]);
    assert.deepEqual(
      (await verdictOf(before, after)).refusals.map(({ code }) => code),
      ['online-role.form'],
    );
  });

  it('refuses a mark anywhere but in targets', async () => {
    const change = (tree: Tree) => {
      putRole(tree, 'alice', { ...roleSigned(2, {}), 'x-tuf-on-git-online': [] }, [alice]);
      tree.delete('targets/alice-project/tool/1.0.0/tool.tgz');
    };
    assert.deepEqual(await codesOf(change), ['online-role.form']);
  });
});
