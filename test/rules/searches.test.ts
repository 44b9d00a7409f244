import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import {
  delegationTo,
  entryOf,
  fileOf,
  keysOf,
  people,
  putRole,
  putTarget,
  roleSigned,
  type TestKey,
  type Tree,
} from '../kit/source-tree.ts';
import { verifyState } from '../../core/rules/verify-transition.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import { changesBetween, memoryState } from '../kit/memory-state.ts';
import { context, verdictOf } from '../kit/transitions.ts';
import { validTree, targetsSigned, putRoot, rootSigned } from '../kit/source-tree.ts';

const { alice, bob, admin } = people;
const shared = 'alice-project/tool/2.0.0/tool.tgz';

/** A repository with these delegations of targets; roles that are not given list nothing. */
function repositoryWith(
  delegations: readonly JsonObject[],
  roles: Readonly<Record<string, { readonly key: TestKey; readonly targets: readonly string[] }>>,
  clients?: string[],
): Tree {
  const tree = validTree();
  if (clients !== undefined) putRoot(tree, withClients(clients), [people.root1, people.root2]);
  put(tree, 1, delegations, roles);
  return tree;
}

function withClients(clients: string[]): JsonObject {
  const root = rootSigned(1);
  return {
    ...root,
    'x-tuf-on-git-policy': { ...(root['x-tuf-on-git-policy'] as JsonObject), clients },
  };
}

function put(
  tree: Tree,
  version: number,
  delegations: readonly JsonObject[],
  roles: Readonly<Record<string, { readonly key: TestKey; readonly targets: readonly string[] }>>,
): void {
  const keys = keysOf(alice, bob);
  const signed = { ...targetsSigned(version), delegations: { keys, roles: [...delegations] } };
  putRole(tree, 'targets', signed, [admin]);
  for (const [name, { key, targets }] of Object.entries(roles)) {
    for (const path of targets) if (!tree.has(`targets/${path}`)) putTarget(tree, path, path);
    const entries = Object.fromEntries(targets.map((path) => [path, entryOf(tree, path)]));
    putRole(tree, name, roleSigned(version, entries), [key]);
  }
}

const open = (name: string, key: PublicKey, ...paths: string[]) => ({
  ...delegationTo(name, key, ...paths),
  terminating: false,
});
const codes = async (before: Tree, after: Tree) => {
  const { refusals, notices } = await verdictOf(before, after);
  return {
    refusals: refusals.map(({ code }) => code),
    notices: notices.map(({ code, where }) => `${code} ${where}`),
  };
};
const tipCodes = async (tree: Tree) => {
  const state = memoryState(tree);
  const pinnedRoot = parseDocument('root', tree.get('metadata/root.json') ?? Buffer.of());
  const entries = changesBetween(undefined, state);
  const { refusals } = await verifyState(state, entries, { ...context, pinnedRoot });
  return refusals.map(({ code }) => code);
};
const next = (before: Tree, role: string, key: TestKey, targets: readonly string[]) => {
  const tree = new Map(before);
  for (const path of targets) if (!tree.has(`targets/${path}`)) putTarget(tree, path, path);
  const entries = Object.fromEntries(targets.map((path) => [path, entryOf(tree, path)]));
  putRole(tree, role, roleSigned(2, entries), [key]);
  return tree;
};

describe('rules: what a search finds', () => {
  const both = {
    alice: { key: alice, targets: [fileOf.alice] },
    bob: { key: bob, targets: [fileOf.bob] },
  };

  it('refuses an entry behind a terminating delegation', async () => {
    const before = repositoryWith(
      [
        delegationTo('alice', alice, 'alice-project/*/*/*'),
        open('bob', bob, 'alice-project/*/*/*', 'bob-project/*/*/*'),
      ],
      both,
    );
    const after = next(before, 'bob', bob, [fileOf.bob, shared]);
    assert.deepEqual((await codes(before, after)).refusals, ['path.shadowed']);
    assert.deepEqual(
      (await codes(before, next(before, 'alice', alice, [fileOf.alice, shared]))).refusals,
      [],
    );
  });

  it('refuses an entry that takes the place of another role’s', async () => {
    const before = repositoryWith(
      [
        open('alice', alice, 'alice-project/*/*/*'),
        open('bob', bob, 'alice-project/*/*/*', 'bob-project/*/*/*'),
      ],
      { alice: both.alice, bob: { key: bob, targets: [fileOf.bob, shared] } },
    );
    const after = next(before, 'alice', alice, [fileOf.alice, shared]);
    assert.deepEqual((await codes(before, after)).refusals, ['path.shadows']);
  });

  it('lets an entry move to another role in one push', async () => {
    const before = repositoryWith(
      [
        open('alice', alice, 'alice-project/*/*/*'),
        open('bob', bob, 'alice-project/*/*/*', 'bob-project/*/*/*'),
      ],
      { alice: both.alice, bob: { key: bob, targets: [fileOf.bob, shared] } },
    );
    const after = next(before, 'alice', alice, [fileOf.alice, shared]);
    putRole(after, 'bob', roleSigned(2, { [fileOf.bob]: entryOf(after, fileOf.bob) }), [bob]);
    assert.deepEqual(await codes(before, after), { refusals: [], notices: [] });
  });

  it('follows tough, whose * crosses a slash, where it is listed', async () => {
    const delegations = [
      delegationTo('alice', alice, 'alice-project/*'),
      open('bob', bob, 'alice-project/*/*/*'),
    ];
    const roles = { alice: { key: alice, targets: [] }, bob: { key: bob, targets: [] } };
    const drop = (tree: Tree) => {
      for (const path of Object.values(fileOf)) tree.delete(`targets/${path}`);
      return tree;
    };
    const all = drop(repositoryWith(delegations, roles));
    assert.deepEqual((await codes(all, next(all, 'bob', bob, [shared]))).refusals, [
      'path.shadowed',
    ]);
    const others = drop(repositoryWith(delegations, roles, ['python-tuf', 'tuf-js']));
    assert.deepEqual((await codes(others, next(others, 'bob', bob, [shared]))).refusals, []);
  });

  it('follows tough into a role that ends the search and could not list the path', async () => {
    const before = repositoryWith(
      [open('alice', alice, 'alice-*/tool.tgz'), open('bob', bob, 'alice-project/tool/*/*')],
      { bob: { key: bob, targets: [] } },
    );
    for (const path of Object.values(fileOf)) before.delete(`targets/${path}`);
    const delegations = {
      keys: keysOf(bob),
      roles: [delegationTo('sub', bob, 'alice-*/tool.tgz')],
    };
    putRole(before, 'alice', { ...roleSigned(1, {}), delegations }, [alice]);
    putRole(before, 'sub', roleSigned(1, {}), [bob]);
    const after = next(before, 'bob', bob, [shared]);
    assert.deepEqual((await codes(before, after)).refusals, ['path.shadowed']);
  });

  it('refuses an entry that clients reach by way of too many roles', async () => {
    const crowd = (many: number) => {
      const names = Array.from({ length: many }, (_, index) => `crowd-${index}`);
      const tree = repositoryWith(
        [
          ...names.map((name) => open(name, bob, 'alice-project/*/*/*')),
          ...[open('alice', alice, 'alice-project/*/*/*'), open('bob', bob, 'bob-project/*/*/*')],
        ],
        { ...both, ...Object.fromEntries(names.map((name) => [name, { key: bob, targets: [] }])) },
      );
      return tree;
    };
    const pushed = async (many: number) => {
      const before = crowd(many);
      return (await codes(before, next(before, 'alice', alice, [fileOf.alice, shared]))).refusals;
    };
    assert.deepEqual(await pushed(30), []);
    assert.deepEqual(await pushed(31), ['path.too-many-roles']);
    assert.deepEqual(await pushed(40), ['path.shadowed']);
  });

  it('names the entries that a change of delegations puts out of reach, and lets it stand', async () => {
    const before = repositoryWith(
      [open('alice', alice, 'alice-project/*/*/*'), open('bob', bob, 'bob-project/*/*/*')],
      both,
      ['python-tuf', 'tuf-js'],
    );
    const narrowed = new Map(before);
    put(
      narrowed,
      2,
      [open('alice', alice, 'alice-project/new/*/*'), open('bob', bob, 'bob-project/*/*/*')],
      {},
    );
    assert.deepEqual(await codes(before, narrowed), {
      refusals: [],
      notices: [`path.now-shadowed metadata/alice.json, target ${fileOf.alice}`],
    });
    const covered = new Map(before);
    putRole(covered, 'carol', roleSigned(1, {}), [bob]);
    put(
      covered,
      2,
      [
        delegationTo('carol', bob, '*/tool/*/*'),
        open('alice', alice, 'alice-project/*/*/*'),
        open('bob', bob, 'bob-project/*/*/*'),
      ],
      {},
    );
    assert.deepEqual((await codes(before, covered)).notices, [
      `path.now-shadowed metadata/alice.json, target ${fileOf.alice}`,
    ]);
  });

  it('refuses delegations beside a role that put its entries out of reach', async () => {
    const before = repositoryWith(
      [
        open('bob', bob, 'alice-project/*/*/*', 'bob-project/*/*/*'),
        open('alice', alice, 'alice-project/*/*/*'),
      ],
      both,
    );
    const delegated = (roles: readonly JsonObject[]) => {
      const after = new Map(before);
      const targets = { [fileOf.bob]: entryOf(after, fileOf.bob) };
      const delegations = { keys: keysOf(bob), roles: [...roles] };
      putRole(after, 'bob', { ...roleSigned(2, targets), delegations }, [bob]);
      for (const { name } of roles) putRole(after, name as string, roleSigned(1, {}), [bob]);
      return codes(before, after);
    };
    const crowd = (many: number) =>
      Array.from({ length: many }, (_, at) => open(`sub-${at}`, bob, 'alice-project/*/*/*'));
    const shadows = { refusals: ['path.shadows'], notices: [] };
    assert.deepEqual(await delegated(crowd(29)), { refusals: [], notices: [] });
    assert.deepEqual(await delegated(crowd(30)), shadows);
    const ending = [delegationTo('sub', bob, 'alice-project/*/*/*')];
    assert.deepEqual(await delegated(ending), shadows);
  });

  it('refuses what is left outside its delegation while tough is listed', async () => {
    const before = repositoryWith(
      [open('alice', alice, 'alice-project/*/*/*'), open('bob', bob, 'bob-project/*/*/*')],
      both,
    );
    const after = new Map(before);
    put(
      after,
      2,
      [open('alice', alice, 'alice-project/new/*/*'), open('bob', bob, 'bob-project/*/*/*')],
      {},
    );
    assert.deepEqual((await codes(before, after)).refusals, ['path.outside-delegation']);
  });

  it('counts an entry left outside for nothing: another role may have its path', async () => {
    const clients = ['python-tuf', 'tuf-js'];
    const delegations = [
      open('alice', alice, 'alice-project/new/*/*'),
      open('bob', bob, 'bob-project/*/*/*', 'alice-project/tool/*/*'),
    ];
    const before = repositoryWith(delegations, both, clients);
    const after = new Map(before);
    putTarget(after, fileOf.alice, 'bob’s tool by now');
    const entries = { [fileOf.alice]: entryOf(after, fileOf.alice) };
    putRole(after, 'bob', roleSigned(2, entries), [bob]);
    after.delete(`targets/${fileOf.bob}`);
    assert.deepEqual(await codes(before, after), { refusals: [], notices: [] });
    assert.deepEqual(await tipCodes(after), []);
  });
});
