import assert from 'node:assert/strict';
import { apiSuite, bodyOf, codesOf, type ApiScene } from '../../../kit/api.ts';
import { release, releaseByBob } from '../../../kit/changes.ts';

describe('changes at once', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('land together where they are of different roles; a bad one among them is refused alone', async () => {
    const wanted = [
      release('alice-project/tool/2.0/tool.tgz'),
      releaseByBob('bob-project/app/3.0/app.bin'),
      release('bob-project/not/hers/app.bin'),
    ];
    const bodies = await Promise.all(wanted.map((change) => bodyOf(scene.home, change)));
    const [one, two, bad] = await Promise.all(bodies.map((body) => scene.send(body)));
    assert.deepEqual([one?.status, two?.status], [201, 201]);
    assert.ok(bad !== undefined && [409, 422].includes(bad.status), String(bad?.status));
    const commits = await scene.home.git.commitsBetween(undefined, await scene.home.tip());
    assert.equal(commits.length, 3);
  });

  it('lets one of several that are of one role land, and tells the others', async () => {
    const bodies = await Promise.all(
      ['2.0', '2.1', '2.2', '2.3'].map((version) =>
        bodyOf(scene.home, release(`alice-project/tool/${version}/tool.tgz`)),
      ),
    );
    const replies = await Promise.all(bodies.map((body) => scene.send(body)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    for (const reply of replies.filter(({ status }) => status === 409)) {
      assert.deepEqual(codesOf(reply), ['change.stale']);
    }
  });
});
