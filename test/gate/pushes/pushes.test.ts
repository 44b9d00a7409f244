/** Every rule of the gate by real pushes through the built hook; the tables are beside this file. */
import assert from 'node:assert/strict';
import { ruleCodes } from '../../../core/error/codes.ts';
import { pushScene, type PushScene } from '../../kit/push-scene.ts';
import { people, validTree } from '../../kit/source-tree.ts';
import { attempt, type PushCase } from './push-case.ts';
import { pushCases } from './push-cases.ts';
import { spareOnlineKey } from './root-cases.ts';

describe('pushes through the hook', () => {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree(), { onlineKeys: [people.online, spareOnlineKey] });
  });
  after(() => scene.close());

  const refuses = async ({ code, bad, also = [] }: PushCase) => {
    const before = await scene.refs();
    const run = await attempt(scene, bad);
    assert.notEqual(run.status, 0);
    const codes = new Set(scene.gated.refusals(run));
    assert.deepEqual([...codes].sort(), [code, ...also].sort(), run.stderr);
    assert.equal(await scene.refs(), before);
  };

  /** @param codes of the notices */
  const accepts = async (attempted: PushCase['good'], codes: readonly string[] = []) => {
    const before = await scene.refs();
    const run = await attempt(scene, attempted);
    assert.equal(run.status, 0, run.stderr);
    const notices = scene.gated.notices(run);
    for (const code of codes) assert.ok(notices.includes(code), run.stderr);
    assert.notEqual(await scene.refs(), before);
    return notices;
  };

  for (const each of pushCases) {
    const { code, bad, good, given, isNotice = false } = each;
    describe(code, () => {
      beforeEach(() => scene.restart(given));

      if (isNotice) it(`notices ${bad[0]}`, () => accepts(bad, [code]));
      else it(`refuses ${bad[0]}`, () => refuses(each));

      it(`accepts ${good[0]}`, async () => {
        const notices = await accepts(good);
        if (isNotice) assert.ok(!notices.includes(code), notices.join());
      });
    });
  }
});

describe('the tables of pushes', () => {
  const covered = new Set(pushCases.map(({ code }) => code));
  const count = pushCases.length;

  it(`have ${covered.size} rules, ${count} pushes for them and ${count} beside them`, () => {
    // Signing events take several pushes by several people: they have tests of their own.
    const wanted = ruleCodes.filter((code) => !code.startsWith('event.'));
    assert.deepEqual(
      wanted.filter((code) => !covered.has(code)),
      [],
    );
  });
});
