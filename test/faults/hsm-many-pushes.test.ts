import assert from 'node:assert/strict';
import { importCommits } from '../../bench/kit/import-commits.ts';
import { addRelease } from '../kit/home.ts';
import { hsmSuite } from './kit/hsm-scene.ts';

/** Every fifth of alice's releases is followed by one of bob's. */
const releases = Array.from({ length: 100 }, (_, at) => `1.${at + 1}.0`).flatMap((version, at) =>
  at % 5 === 0
    ? [['alice', version] as const, ['bob', version] as const]
    : [['alice', version] as const],
);

describe('a token that is away for 100 pushes to one role and 20 to another', function () {
  this.timeout(900_000);
  const scene = hsmSuite();

  it('keeps none of them from being accepted, and one generation brings all of them out', async () => {
    const { token, home, pushed, readiness, troubled, visible } = scene();
    const commits = await commitAll();
    assert.equal(commits.length, 120);
    const before = (await readiness()).generation;
    token.misbehave({ C_Sign: '0x32', C_OpenSession: '0xE0', C_GetSlotList: 'none' });
    for (const commit of commits) {
      const { status, stderr } = await pushed.clone.git('push', 'origin', `${commit}:main`);
      assert.equal(status, 0, stderr);
    }
    await troubled();
    assert.deepEqual((await readiness()).generation, before);
    token.behave();
    await visible('alice', 101);
    await visible('bob', 21);
    assert.equal((await readiness()).generation?.commit, await home.tip());
    assert.equal(await generations(), 2, 'the first one, and one for all');
  });

  /** In the clone, one upon the other. */
  async function commitAll(): Promise<readonly string[]> {
    const { clone } = scene().pushed;
    const tree = new Map(scene().home.tree);
    const changes = releases.map(([role, version]) => {
      const before = new Map(tree);
      const folder = role === 'alice' ? 'alice-project/tool' : 'bob-project/app';
      addRelease(tree, `${folder}/${version}/tool.tgz`, `tool ${version}`, role);
      return [...tree].filter(([file, bytes]) => before.get(file) !== bytes);
    });
    return importCommits(clone.dir, await clone.ok('rev-parse', 'origin/main'), changes);
  }

  /** All there ever were, by the record. */
  async function generations(): Promise<number> {
    const { clone } = scene().pushed;
    await clone.ok('fetch', '--quiet', 'origin', 'refs/tuf/published');
    return Number(await clone.ok('rev-list', '--count', 'FETCH_HEAD'));
  }
});
