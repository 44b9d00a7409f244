import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { gatedRepository } from '../kit/gated-repository.ts';
import { aliceSigned, inDays, people, putRole, validTree, type Tree } from '../kit/source-tree.ts';

const start = validTree();
const root = start.get('metadata/root.json') ?? Buffer.of();

function nextAlice(version: number, days: number): Tree {
  const tree = new Map(start);
  putRole(tree, 'alice', { ...aliceSigned(tree, version), expires: inDays(days) }, [people.alice]);
  return tree;
}

/** The codes that two commits are refused with, the first living so many days. */
async function pushTwo(gate: JsonObject, days: number): Promise<readonly string[]> {
  const gated = await gatedRepository(root);
  try {
    await gated.commit(start);
    assert.equal((await gated.push()).status, 0);
    await gated.setGate(gate);
    await gated.commit(nextAlice(2, days));
    await gated.commit(nextAlice(3, 100));
    return gated.refusals(await gated.push());
  } finally {
    await gated.sandbox.remove();
  }
}

describe('limits of one server', () => {
  it('make the gate stricter than the policy of root', async () => {
    assert.deepEqual(await pushTwo({ maxLifeDays: { delegated: 150 } }, 200), [
      'role.lives-too-long',
    ]);
    assert.deepEqual(await pushTwo({ maxPush: { commits: 1 } }, 100), ['git.too-many']);
    assert.deepEqual(await pushTwo({ maxPush: { metadataBytes: 500 } }, 100), ['git.too-large']);
  });

  it('never make it more lenient', async () => {
    assert.deepEqual(await pushTwo({ maxLifeDays: { delegated: 3000 } }, 500), [
      'role.lives-too-long',
    ]);
    assert.deepEqual(await pushTwo({ maxPush: { commits: 5000 } }, 100), []);
  });

  it('that cannot be read let nothing in', async () => {
    assert.deepEqual(await pushTwo({ maxPush: { commit: 1 } }, 100), ['home.configuration']);
  });
});
