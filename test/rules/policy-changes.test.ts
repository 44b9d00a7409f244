import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import {
  delegationTo,
  fileOf,
  keysOf,
  people,
  putRole,
  putRoot,
  roleSigned,
  rootSigned,
  targetsSigned,
  validTree,
  type Tree,
} from '../kit/source-tree.ts';
import { verdictOf } from '../kit/transitions.ts';

const { alice, bob, root1, root2, admin } = people;

function withPolicy(tree: Tree, version: number, policy: JsonObject): Tree {
  const root = rootSigned(version);
  const own = root['x-tuf-on-git-policy'] as JsonObject;
  putRoot(tree, { ...root, 'x-tuf-on-git-policy': { ...own, ...policy } }, [root1, root2]);
  return tree;
}

/** What a next root with another policy is refused with. */
async function codesOfPolicy(before: Tree, policy: JsonObject): Promise<readonly string[]> {
  const { refusals } = await verdictOf(before, withPolicy(new Map(before), 2, policy));
  return refusals.map(({ code }) => code);
}

describe('rules: another policy in root is held against everything there is', () => {
  const start = validTree();

  it('accepts one that all of it fits', async () => {
    assert.deepEqual(await codesOfPolicy(start, { profile: 'strict', maxDepth: 1 }), []);
  });

  it('refuses one by which a target is too large', async () => {
    assert.deepEqual(await codesOfPolicy(start, { maxTargetBytes: 5 }), [
      'size.target',
      'size.target',
    ]);
  });

  it('refuses one by which a file may not be where it is', async () => {
    const before = withPolicy(validTree(), 1, { allowedPaths: ['README.md', 'docs/a.md'] });
    before.set('docs/a.md', Buffer.from('a'));
    assert.deepEqual(await codesOfPolicy(before, {}), ['git.path-not-allowed']);
    assert.deepEqual(await codesOfPolicy(before, { allowedPaths: ['docs/a.md'] }), []);
  });

  it('refuses one by which the snapshot would be too large', async () => {
    assert.deepEqual(await codesOfPolicy(start, { maxSnapshotBytes: 5000 }), ['size.snapshot']);
  });

  it('refuses one with a client that does not find what the others find', async () => {
    const withoutTough = { clients: ['python-tuf', 'go-tuf', 'tuf-js'] };
    const before = withPolicy(validTree(), 1, withoutTough);
    const roles = [
      delegationTo('star', people.carol, '*.tgz'),
      delegationTo('alice', alice, 'alice-project/*/*/*'),
      delegationTo('bob', bob, 'bob-project/*/*/*'),
    ];
    const keys = keysOf(alice, bob, people.carol);
    putRole(before, 'targets', { ...targetsSigned(1), delegations: { keys, roles } }, [admin]);
    putRole(before, 'star', roleSigned(1, {}), [people.carol]);
    assert.deepEqual(await codesOfPolicy(before, {}), ['path.shadowed']);
    assert.deepEqual(await codesOfPolicy(before, { ...withoutTough, maxDepth: 2 }), []);
  });

  it('says when the snapshot is nearly too large', async () => {
    const after = withPolicy(validTree(), 2, { maxSnapshotBytes: 6000 });
    after.set('metadata/root_history/1.root.json', start.get('metadata/root.json') ?? Buffer.of());
    const { refusals, notices } = await verdictOf(start, after);
    assert.deepEqual([refusals, notices.map(({ code }) => code)], [[], ['size.snapshot']]);
  });
});

describe('rules: who takes paths from a maintainer needs no key of theirs', () => {
  const sub = { keys: keysOf(bob), roles: [delegationTo('sub', bob, 'alice-project/tool/*/*')] };
  const delegated = (tree: Tree, clients: string[]) => {
    withPolicy(tree, 1, { clients });
    const signed = roleSigned(1, {});
    putRole(tree, 'alice', { ...signed, delegations: sub }, [alice]);
    putRole(tree, 'sub', roleSigned(1, {}), [bob]);
    tree.delete(`targets/${fileOf.alice}`);
    return tree;
  };
  const narrowed = (before: Tree) => {
    const tree = new Map(before);
    const roles = [
      delegationTo('alice', alice, 'alice-project/new/*/*'),
      delegationTo('bob', bob, 'bob-project/*/*/*'),
    ];
    const signed = { ...targetsSigned(2), delegations: { keys: keysOf(alice, bob), roles } };
    putRole(tree, 'targets', signed, [admin]);
    return tree;
  };

  it('whatever they delegate', async () => {
    const before = delegated(validTree(), ['python-tuf', 'tuf-js', 'go-tuf']);
    assert.deepEqual((await verdictOf(before, narrowed(before))).refusals, []);
  });

  it('but replaces their key as well while tough is listed, which would refuse the whole role', async () => {
    const before = delegated(validTree(), ['tough']);
    const { refusals } = await verdictOf(before, narrowed(before));
    assert.deepEqual(
      refusals.map(({ code }) => code),
      ['delegation.wider'],
    );
    const after = narrowed(before);
    const roles = [
      delegationTo('alice', people.stranger, 'alice-project/new/*/*'),
      delegationTo('bob', bob, 'bob-project/*/*/*'),
    ];
    const keys = keysOf(people.stranger, bob);
    putRole(after, 'targets', { ...targetsSigned(2), delegations: { keys, roles } }, [admin]);
    putRole(after, 'alice', roleSigned(2, {}), [people.stranger]);
    after.delete('metadata/sub.json');
    assert.deepEqual((await verdictOf(before, after)).refusals, []);
  });
});
