import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../core/metadata/json.ts';
import { accepted, apiSuite, bodyOf, type ApiScene } from '../../../kit/api.ts';
import { all, newFile, policy, release, releaseByBob, targets } from '../../../kit/changes.ts';
import { people } from '../../../kit/source-tree.ts';

describe('the list of generations', () => {
  const open = apiSuite();

  it('tells newest first who pushed what, when, and when clients could see it', async () => {
    const scene = await open();
    await publish(scene, release(newFile));
    const [newest, first, ...others] = await generations(scene);
    assert.deepEqual(others, []);
    assert.ok(newest !== undefined && first !== undefined);
    assert.equal(newest['commit'], await scene.home.tip());
    assert.deepEqual([newest['snapshot'], newest['timestamp']], [2, 2]);
    assert.equal(newest['pushedBy'], 'alice');
    assert.deepEqual(
      (newest['pushes'] as JsonObject[]).map(({ commit, by }) => [commit, by]),
      [[newest['commit'], 'alice']],
    );
    assert.ok(Date.parse(newest['pushed'] as string) <= Date.parse(newest['published'] as string));
    assert.ok(Number(newest['pushToVisibleMs']) > 0);
    const [alice, ...rest] = newest['changes'] as JsonObject[];
    assert.deepEqual(rest, []);
    assert.deepEqual(pick(alice, 'role', 'from', 'to', 'added', 'removed', 'changed'), {
      ...{ role: 'alice', from: 1, to: 2 },
      ...{ added: 1, removed: 0, changed: 0 },
    });
    assert.deepEqual(
      (alice?.['targets'] as JsonObject[]).map((each) => pick(each, 'path', 'change')),
      [{ path: newFile, change: 'added' }],
    );
    const [root, top, ...roles] = (first['changes'] as JsonObject[]).map(({ role }) => role);
    assert.deepEqual([root, top, roles], ['root', 'targets', ['alice', 'bob']]);
  });

  it('says which delegations, signers, thresholds and keys have changed', async () => {
    const scene = await open();
    const { alice, carol } = people;
    const keyids = [alice.keyid, carol.keyid];
    await publish(
      scene,
      targets({ alice: { keyids, paths: ['alice-project/*/*/*', 'lamps/*'] }, keys: [carol] }),
    );
    const [{ changes } = {}] = await generations(scene);
    const [change] = changes as [JsonObject];
    assert.deepEqual(change['delegations'], [
      {
        role: 'alice',
        change: 'changed',
        threshold: { from: 1, to: 1 },
        signers: { added: ['@carol'], removed: [] },
        paths: { added: ['lamps/*'], removed: [] },
      },
    ]);
    assert.deepEqual(change['keys'], [{ keyid: carol.keyid, owner: '@carol', change: 'added' }]);
    assert.equal(change['summary'], 'targets: ~ delegation to alice, + key of @carol');
  });

  it('names root before the roles that come with it', async () => {
    const scene = await open();
    await publish(scene, all(policy({ maxDepth: 3 }), releaseByBob('bob-project/app/3.0/app.bin')));
    const [{ changes } = {}] = await generations(scene);
    assert.deepEqual(
      (changes as JsonObject[]).map(({ role }) => role),
      ['root', 'bob'],
    );
  });

  it('is read page by page, and goes on where the page before ended', async () => {
    const scene = await open();
    await publish(scene, release(newFile));
    await publish(scene, releaseByBob('bob-project/app/3.0/app.bin'));
    const first = (await scene.ask('/generations?limit=2')).json;
    await publish(scene, release('alice-project/tool/1.0.2/tool.tgz'));
    const rest = (await scene.ask(`/generations?limit=2&cursor=${first['cursor'] as string}`)).json;
    const timestamps = [first, rest].map(({ generations }) =>
      (generations as JsonObject[]).map(({ timestamp }) => timestamp),
    );
    assert.deepEqual(timestamps, [[3, 2], [1]]);
    assert.equal(rest['cursor'], undefined);
    assert.equal((await scene.ask('/generations?cursor=newest')).status, 400);
  });

  it('is the same after a restart, for git tells all of it but what was measured', async () => {
    const scene = await open();
    await publish(scene, release(newFile));
    const before = await generations(scene);
    await scene.restart();
    const unmeasured = before.map((each) => {
      const { pushToVisibleMs, ...rest } = each;
      assert.equal(typeof pushToVisibleMs, 'number');
      return rest;
    });
    assert.deepEqual(await generations(scene), unmeasured);
  });

  it('is for tokens alone where fetching is, as are events and health', async () => {
    const scene = await open({ config: { git: { fetch: 'token' } } });
    for (const path of ['/generations', '/generations/stream', '/health', '/events']) {
      assert.equal((await scene.ask(path)).status, 401, path);
    }
    assert.equal((await scene.ask('/generations', { token: scene.alice })).status, 200);
  });
});

async function publish(scene: ApiScene, change: Parameters<typeof bodyOf>[1]): Promise<void> {
  const body = await bodyOf(scene.home, change);
  const { published } = accepted(await scene.send(body, { headers: { prefer: 'wait=30' } }));
  assert.equal(published, true);
  // It can be seen a moment before the list has its time.
  await scene.daemon.reconcile();
  // What was sent is on main: the next change is made on it.
  change(scene.home.tree, []);
}

async function generations(scene: ApiScene): Promise<readonly JsonObject[]> {
  return (await scene.ask('/generations')).json['generations'] as JsonObject[];
}

function pick(json: JsonObject | undefined, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json ?? {}).filter(([name]) => names.includes(name)));
}
