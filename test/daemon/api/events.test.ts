import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { aliceOrBob, all, newFile, policy } from '../../kit/changes.ts';
import { accepted, apiSuite, openEvent, type ApiScene } from '../../kit/api.ts';

describe('a signing event by the API', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('is opened, collects the signature that is missing, and is published', async () => {
    const { id, signature } = await openEvent(scene, 'release');
    const { json } = await scene.ask('/events/release');
    assert.equal(json['complete'], false);
    assert.deepEqual((await scene.ask('/events')).json['events'], [
      { name: 'release', tip: json['tip'] },
    ]);
    const sent = accepted(
      await scene.ask('/events/release/signatures', {
        method: 'POST',
        token: scene.alice,
        headers: { prefer: 'wait=30' },
        body: { signatures: [signature] },
      }),
    );
    assert.equal(sent['published'], true);
    assert.equal((await scene.ask(`/changes/${id}`)).json['state'], 'published');
    assert.equal((await scene.ask('/events/release')).status, 404);
  });

  it('says what landing it would change, as data and in words', async () => {
    await openEvent(scene, 'release');
    const { json } = await scene.ask('/events/release');
    const [change, ...others] = json['changes'] as JsonObject[];
    assert.ok(change);
    assert.deepEqual(others, []);
    assert.equal(json['moreRoles'], undefined);
    const { targets, summary, words, expires, ...rest } = change;
    assert.deepEqual(rest, {
      ...{ role: 'alice', from: 1, to: 2 },
      ...{ added: 1, removed: 0, changed: 0, delegations: [], keys: [] },
    });
    const content = `content of ${newFile}`;
    const sha256 = createHash('sha256').update(content).digest('hex');
    assert.deepEqual(targets, [{ path: newFile, change: 'added', length: content.length, sha256 }]);
    assert.ok(Date.parse(expires as string) > Date.now());
    assert.match(summary as string, /^alice: .*1/);
    assert.ok((words as string[]).some((line) => line.includes(newFile)));
    assert.deepEqual(json['roles'], [
      { role: 'alice', version: 2, threshold: 1, signed: [], missing: ['@alice'] },
    ]);
  });

  it('is answered as soon as it is open, however long one would wait: it lacks signatures', async () => {
    const prefer = { headers: { prefer: 'wait=50' } };
    const before = performance.now();
    const { id } = await openEvent(scene, 'release', prefer);
    const took = performance.now() - before;
    assert.ok(took < 25_000, `${took} ms`);
    assert.equal((await scene.ask(`/changes/${id}`)).json['state'], 'verified');
  });

  it('is answered at once where its threshold is met, and it lands when all have signed', async () => {
    await scene.home.commit((tree) => {
      all(policy({ land: 'all' }), aliceOrBob)(tree, []);
    });
    await scene.daemon.reconcile();
    const { signature } = await openEvent(scene, 'release');
    const before = performance.now();
    const sent = accepted(
      await scene.ask('/events/release/signatures', {
        method: 'POST',
        token: scene.alice,
        headers: { prefer: 'wait=50' },
        body: { signatures: [signature] },
      }),
    );
    assert.equal(sent['published'], false);
    assert.ok(performance.now() - before < 25_000);
    assert.equal((await scene.ask('/events/release')).json['complete'], true);
  });

  it('is known under its name alone', async () => {
    assert.equal((await scene.ask('/events/nobody')).status, 404);
  });
});
