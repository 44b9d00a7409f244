/** Every rule of the gate by real pushes through the built hook; the tables are beside this file. */
import assert from 'node:assert/strict';
import { pushScene, type PushScene } from '../../kit/push-scene.ts';
import { people, validTree } from '../../kit/source-tree.ts';
import { attempt } from './push-case.ts';
import { pushCases } from './push-cases.ts';
import { spareOnlineKey } from './root-cases.ts';

describe('pushes through the hook', () => {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree(), { onlineKeys: [people.online, spareOnlineKey] });
  });
  after(() => scene.close());

  for (const { code, bad, good, also = [], given } of pushCases) {
    describe(code, () => {
      beforeEach(() => scene.restart(given));

      it(`refuses ${bad[0]}`, async () => {
        const before = await scene.refs();
        const run = await attempt(scene, bad);
        assert.notEqual(run.status, 0);
        const codes = [...new Set(scene.gated.refusals(run))].sort();
        assert.deepEqual(codes, [code, ...also].sort(), run.stderr);
        assert.equal(await scene.refs(), before);
      });

      it(`accepts ${good[0]}`, async () => {
        const before = await scene.refs();
        const run = await attempt(scene, good);
        assert.equal(run.status, 0, run.stderr);
        assert.deepEqual(scene.gated.refusals(run), []);
        assert.notEqual(await scene.refs(), before);
      });
    });
  }
});
