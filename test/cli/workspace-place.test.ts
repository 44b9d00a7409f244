import assert from 'node:assert/strict';
import type { OwnKey } from '../../cli/workspace/own-keys.ts';
import { roleForPath, roleListing } from '../../cli/workspace/place-target.ts';
import { addDelegation } from '../../core/metadata/draft-delegation.ts';
import { publicKeyOf } from '../../core/metadata/keys.ts';
import { loadRepository } from '../../core/rules/repository.ts';
import { memoryState } from '../kit/memory-state.ts';
import { throwsFault } from '../kit/faults.ts';
import {
  entryOf,
  fileOf,
  people,
  putRole,
  roleSigned,
  targetsSigned,
  validTree,
  type TestKey,
  type Tree,
} from '../kit/source-tree.ts';

const { admin, alice, bob, stranger } = people;
const fresh = 'alice-project/tool/1.1.0/tool.tgz';

describe('the role for a target path', () => {
  it('is the one on the way that this key may sign', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    assert.equal(roleForPath(repository, fresh, undefined, own(alice)).name, 'alice');
    assert.equal(roleForPath(repository, fresh, undefined, own(admin)).name, 'targets');
    assert.equal(roleForPath(repository, 'else/where', undefined, own(admin)).name, 'targets');
  });

  it('is found by the key itself: a token does not know the owner that metadata names', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    const key = publicKeyOf(alice.object, 'ed25519');
    assert.notEqual(key.keyid, alice.keyid);
    const keys = [{ uri: 'pkcs11:token=tuf;object=alice', key }];
    assert.equal(roleForPath(repository, fresh, undefined, keys).name, 'alice');
  });

  it('is the one that lists the path already', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    const keys = own(admin, alice);
    assert.equal(roleForPath(repository, fileOf.alice, undefined, keys).name, 'alice');
    throwsFault('workspace.not-allowed', () =>
      roleForPath(repository, fileOf.alice, undefined, own(admin)),
    );
  });

  it('is the lower one where these keys may sign a role and its delegator', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    assert.equal(roleForPath(repository, fresh, undefined, own(admin, alice)).name, 'alice');
  });

  it('has to be chosen where several would do, or where no key says whose workspace it is', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    const siblings = await loadRepository(memoryState(withSibling('also')));
    throwsFault('usage.argument', () =>
      roleForPath(siblings, 'also/1', undefined, own(bob, alice)),
    );
    throwsFault('usage.argument', () => roleForPath(repository, fresh, undefined, []));
    assert.equal(roleForPath(repository, fresh, 'alice', []).name, 'alice');
    assert.equal(roleForPath(repository, 'else/where', undefined, []).name, 'targets');
  });

  it('is none when the path belongs to others: refuses a maintainer in another project', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    throwsFault('workspace.not-allowed', () => roleForPath(repository, fresh, undefined, own(bob)));
    throwsFault('workspace.not-allowed', () =>
      roleForPath(repository, fresh, undefined, own(stranger)),
    );
    throwsFault('path.outside-delegation', () => roleForPath(repository, fresh, 'bob', own(bob)));
    throwsFault('usage.argument', () => roleForPath(repository, fresh, 'nobody', own(bob)));
  });

  it('is none behind a terminating delegation, where no client would look', async () => {
    const tree = validTree();
    const signed = addDelegation(targetsSigned(1), {
      name: 'late',
      keys: [stranger],
      threshold: 1,
      terminating: true,
      paths: ['alice-project/*/*/*'],
    });
    putRole(tree, 'targets', signed, [admin]);
    putRole(tree, 'late', roleSigned(1, {}), [stranger]);
    const repository = await loadRepository(memoryState(tree));
    throwsFault('path.shadowed', () => roleForPath(repository, fresh, 'late', own(stranger)));
  });

  it('is none above a role that lists the path: it would take its place', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    throwsFault('path.shadows', () => roleForPath(repository, fileOf.alice, 'targets', own(admin)));
  });
});

describe('the role that lists a path', () => {
  it('is found without a search: what no client finds can be removed too', async () => {
    const tree = validTree();
    putRole(tree, 'bob', roleSigned(2, { [fileOf.alice]: entryOf(tree, fileOf.alice) }), [bob]);
    const repository = await loadRepository(memoryState(tree));
    assert.equal(roleListing(repository, fileOf.alice, 'bob').name, 'bob');
    throwsFault('usage.argument', () => roleListing(repository, fileOf.alice, undefined));
  });

  it('is none for a path that nobody lists', async () => {
    const repository = await loadRepository(memoryState(validTree()));
    assert.equal(roleListing(repository, fileOf.bob, undefined).name, 'bob');
    throwsFault('search.not-found', () => roleListing(repository, fresh, undefined));
    throwsFault('search.not-found', () => roleListing(repository, fileOf.bob, 'alice'));
    throwsFault('search.not-found', () => roleListing(repository, 'constructor', undefined));
  });
});

/** Two more roles for the same paths, one of alice and one of bob, neither of which ends the search. */
function withSibling(name: string): Tree {
  const tree = validTree();
  const delegating = [alice, bob].reduce(
    (signed, key, index) =>
      addDelegation(signed, {
        name: `${name}${index}`,
        keys: [key],
        threshold: 1,
        terminating: false,
        paths: [`${name}/*`],
      }),
    targetsSigned(1),
  );
  putRole(tree, 'targets', delegating, [admin]);
  putRole(tree, `${name}0`, roleSigned(1, {}), [alice]);
  putRole(tree, `${name}1`, roleSigned(1, {}), [bob]);
  return tree;
}

function own(...keys: readonly TestKey[]): readonly OwnKey[] {
  return keys.map((key) => ({ uri: `file:${key.keyid}.json`, key }));
}
