import assert from 'node:assert/strict';
import { accepted, apiSuite, changeOf, codesOf, type ApiScene } from '../../kit/api.ts';
import { alice, file, listed, newFile, policy, release, targets } from '../../kit/changes.ts';
import { runGit } from '../../kit/git.ts';
import type { Change } from '../../kit/push-scene.ts';
import { pushedHome } from '../../kit/pushed-home.ts';
import { writeTree } from '../../kit/gated-repository.ts';
import { people, type Tree } from '../../kit/source-tree.ts';

const bad: Readonly<Record<string, Change>> = {
  'a signature by a key that is not hers': alice({}, [people.stranger]),
  'no signature': alice({}, []),
  'a target whose file is not there': listed(newFile),
  'a path outside the delegation': release('bob-project/tool/1.0.1/tool.tgz'),
  'a file that no role lists': file('targets/alice-project/tool/9/x.tgz', 'x'),
  'a delegation without a threshold': targets({ alice: { threshold: 0 } }),
  'a policy that is none': policy({ maxDepth: 'deep' }),
};

describe('one door', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('refuses by the API what it refuses by git push, for the same reasons', async () => {
    const { clone } = await pushedHome(scene.home);
    for (const [what, change] of Object.entries(bad)) {
      const after: Tree = new Map(scene.home.tree);
      change(after, []);
      await clone.ok('reset', '--quiet', '--hard', 'origin/main');
      await writeTree(clone.dir, after);
      await clone.commit(what);
      const { stderr } = await clone.git('push', 'origin', 'HEAD:refs/heads/main');
      const told = [...stderr.matchAll(/refused \[([a-z0-9.-]+)\]/g)].map(([, code = '']) => code);
      assert.ok(told.length > 0, what);
      const reply = await scene.send(changeOf(await scene.home.tip(), scene.home.tree, after));
      assert.equal(reply.status, 422, what);
      assert.deepEqual(codesOf(reply), [...new Set(told)].sort(), what);
    }
  });

  it('makes the tree of a push, and tells nobody without a token for it', async () => {
    const { clone } = await pushedHome(scene.home);
    const after: Tree = new Map(scene.home.tree);
    release(newFile)(after, []);
    const body = changeOf(await scene.home.tip(), scene.home.tree, after);
    const blind = { method: 'POST', body };
    assert.equal((await scene.ask('/changes', blind)).status, 401);
    for (const scope of ['git:push', 'blob:put', 'event:other', 'online:alice']) {
      const token = await scene.token(scope.replace(':', '-'), [scope]);
      assert.equal((await scene.ask('/changes', { ...blind, token })).status, 403, scope);
      const signing = { method: 'POST', token, body: {} };
      assert.equal((await scene.ask('/events/release/signatures', signing)).status, 403, scope);
    }
    await writeTree(clone.dir, after);
    await clone.commit('alice: release');
    accepted(await scene.send(body));
    const trees = ['HEAD^{tree}', 'FETCH_HEAD^{tree}'];
    await clone.ok('fetch', '--quiet', 'origin', 'main');
    const { stdout } = await runGit(['rev-parse', ...trees], { cwd: clone.dir });
    const [pushed, sent] = stdout.toString().trim().split('\n');
    assert.equal(sent, pushed);
  });
});
