import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { apiSuite, openEvent, type ApiScene } from '../../kit/api.ts';
import { alice } from '../../kit/changes.ts';
import { signedOf } from '../../kit/home.ts';
import { until } from '../../kit/until.ts';

describe('the health of daemon and signer by the API', () => {
  const open = apiSuite();

  const healthOf = async (scene: ApiScene) => {
    const { status, json } = await scene.ask('/health');
    assert.equal(status, 200);
    return json;
  };

  it('is that all is well, what clients see, and where the key is', async () => {
    const start = Date.now();
    const scene = await open();
    const { generation, signer, startedAt, ...rest } = await until(
      'the signer has said where its key is',
      async () => {
        const health = await healthOf(scene);
        const { keys } = health['signer'] as { keys: JsonObject[] };
        return keys[0]?.['place'] !== undefined && health;
      },
    );
    assert.deepEqual(rest, {
      ready: true,
      reasons: [],
      waitingCommits: 0,
      waitingEvents: 0,
      expiring: [],
    });
    assert.ok(isBetween(start, startedAt));
    const { publishedAt, expires, ...published } = generation as JsonObject;
    assert.deepEqual(published, { commit: await scene.home.tip(), snapshot: 1, timestamp: 1 });
    assert.ok(isBetween(start, publishedAt));
    assert.ok(Date.parse(expires as string) > Date.now());
    const { since, answeredAt, ...alive } = signer as JsonObject;
    const { keyid, scheme, fingerprint } = scene.home.online;
    assert.deepEqual(alive, {
      alive: true,
      runs: 'process',
      keys: [{ keyid, scheme, fingerprint, place: 'file' }],
    });
    assert.ok(isBetween(start, since));
    assert.ok(isBetween(start, answeredAt));
  });

  it('names a role that people should sign anew, and counts events that lack signatures', async () => {
    const scene = await open();
    const soon = new Date(Date.now() + 86_400_000).toISOString().replace(/\d{3}Z$/, '000Z');
    await scene.home.commit((tree) => {
      alice({ expires: soon.replace('.000', '') })(tree, []);
    });
    await openEvent(scene, 'release');
    await scene.daemon.reconcile();
    const health = await healthOf(scene);
    const version = signedOf(scene.home.tree, 'alice')['version'];
    assert.deepEqual(health['expiring'], [{ role: 'alice', version, expires: soon }]);
    assert.equal(health['waitingEvents'], 1);
    assert.equal(health['ready'], true);
  });

  it('is why nothing is published, and what waits for it, where the signer has no key', async () => {
    const scene = await open({
      prepare: ({ paths }) =>
        rename(path.join(paths.signer, 'online.json'), path.join(paths.signer, 'away.json')),
    });
    const { reasons, signer, startedAt, ...rest } = await healthOf(scene);
    assert.deepEqual(rest, { ready: false, waitingCommits: 1, waitingEvents: 0, expiring: [] });
    assert.equal(typeof startedAt, 'string');
    const { failure, since, ...others } = signer as JsonObject;
    assert.deepEqual(others, { alive: false, runs: 'process', keys: [] });
    assert.equal(typeof since, 'string');
    assert.equal((failure as JsonObject)['code'], 'signer.key-not-found');
    assert.deepEqual(reasons, [failure]);
  });
});

function isBetween(start: number, instant: unknown): boolean {
  const at = Date.parse(instant as string);
  return start <= at && at <= Date.now();
}
