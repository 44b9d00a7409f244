import assert from 'node:assert/strict';
import { verifyHistory } from '../../core/gate/history.ts';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import { objectId, type ObjectId } from '../../core/git/object-id.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import { gatedRepository, type GatedRepository } from '../kit/gated-repository.ts';
import {
  delegationTo,
  fileOf,
  keysOf,
  now,
  people,
  putRole,
  roleSigned,
  targetsSigned,
  validTree,
  type Tree,
} from '../kit/source-tree.ts';

const start = validTree();
const root = start.get('metadata/root.json') ?? Buffer.of();

describe('a role that was removed and is made again', () => {
  let gated: GatedRepository;
  let repository: BareRepository;

  beforeEach(async () => {
    gated = await gatedRepository(root);
    repository = openBareRepository(gated.sandbox.bare);
    await gated.commit(start);
    await accepted();
  });
  afterEach(async () => {
    await repository.close();
    await gated.sandbox.remove();
  });

  const accepted = async () => {
    const run = await gated.push();
    assert.equal(run.status, 0, run.stderr);
  };

  /** The first rule that `main` breaks, judged from a commit on; without one, from the first. */
  const firstFault = async (to: string, from?: ObjectId) => {
    const { bad } = await verifyHistory(repository, from, objectId(to), {
      pinnedRoot: parseDocument('root', root),
      onlineKeys: undefined,
      receivedAt: () => Promise.resolve(now),
    });
    return bad?.refusals[0]?.code;
  };

  it('goes on counting where the removal was pushed before', async () => {
    await gated.commit(withoutBob(2));
    await accepted();
    const before = await gated.commit(withoutBob(3));
    await accepted();
    await gated.commit(withBob(4, 1));
    assert.deepEqual(gated.refusals(await gated.push()), ['role.version-not-next']);
    await gated.clone.ok('reset', '--quiet', '--hard', before);
    const tip = await gated.commit(withBob(4, 2));
    await accepted();
    assert.equal(await firstFault(tip, objectId(before)), undefined);
    assert.equal(await firstFault(tip), undefined);
  });

  it('goes on counting within one push, from the last removal', async () => {
    await gated.commit(withoutBob(2));
    await gated.commit(withBob(3, 2));
    const before = await gated.commit(withoutBob(4));
    await gated.commit(withBob(5, 2));
    assert.deepEqual(gated.refusals(await gated.push()), ['role.version-not-next']);
    await gated.clone.ok('reset', '--quiet', '--hard', before);
    await gated.commit(withBob(5, 3));
    await accepted();
  });

  it('counts from 1 where it never was', async () => {
    await gated.commit(withoutBob(2));
    await accepted();
    await gated.commit(withRole('carol', 3, 1));
    await accepted();
  });
});

function withoutBob(version: number): Tree {
  const tree = new Map(start);
  const { alice, admin } = people;
  const roles = [delegationTo('alice', alice, 'alice-project/*/*/*')];
  const delegations = { keys: keysOf(alice), roles };
  putRole(tree, 'targets', { ...targetsSigned(version), delegations }, [admin]);
  tree.delete('metadata/bob.json');
  tree.delete(`targets/${fileOf.bob}`);
  return tree;
}

function withBob(targetsVersion: number, version: number): Tree {
  return withRole('bob', targetsVersion, version);
}

function withRole(name: string, targetsVersion: number, version: number): Tree {
  const tree = withoutBob(targetsVersion);
  const { alice, bob, admin } = people;
  const roles = [
    delegationTo('alice', alice, 'alice-project/*/*/*'),
    delegationTo(name, bob, `${name}-project/*/*/*`),
  ];
  const delegations = { keys: keysOf(alice, bob), roles };
  putRole(tree, 'targets', { ...targetsSigned(targetsVersion), delegations }, [admin]);
  putRole(tree, name, roleSigned(version, {}), [bob]);
  return tree;
}
