import assert from 'node:assert/strict';
import { accepted, apiSuite, changeOf, type ApiScene } from '../../kit/api.ts';
import { newFile, release } from '../../kit/changes.ts';
import { signedOf } from '../../kit/home.ts';
import { people, putRole, signaturesOf, type Tree } from '../../kit/source-tree.ts';

describe('a signing event by the API', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('is opened, collects the signature that is missing, and is published', async () => {
    const after: Tree = new Map(scene.home.tree);
    release(newFile)(after, []);
    const signed = signedOf(after, 'alice');
    putRole(after, 'alice', signed, []);
    const body = changeOf(await scene.home.tip(), scene.home.tree, after);
    const { id } = accepted(await scene.send({ ...body, event: 'release' }));
    const { json } = await scene.ask('/events/release');
    assert.equal(json['complete'], false);
    assert.deepEqual((await scene.ask('/events')).json['events'], [
      { name: 'release', tip: json['tip'] },
    ]);
    const [signature] = signaturesOf(signed, [people.alice]);
    const sent = accepted(
      await scene.ask('/events/release/signatures', {
        method: 'POST',
        token: scene.alice,
        headers: { prefer: 'wait=30' },
        body: { signatures: [{ role: 'alice', ...signature }] },
      }),
    );
    assert.equal(sent['published'], true);
    assert.equal((await scene.ask(`/changes/${id as string}`)).json['state'], 'published');
    assert.equal((await scene.ask('/events/release')).status, 404);
  });

  it('is known under its name alone', async () => {
    assert.equal((await scene.ask('/events/nobody')).status, 404);
  });
});
