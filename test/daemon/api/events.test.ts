import assert from 'node:assert/strict';
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

  it('is known under its name alone', async () => {
    assert.equal((await scene.ask('/events/nobody')).status, 404);
  });
});
