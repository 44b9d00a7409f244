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

  const told = (stderr: string, verb: 'refused' | 'notice') =>
    new Set(
      [...stderr.matchAll(RegExp(`${verb} \\[([a-z0-9.-]+)\\]`, 'g'))].map(([, code]) => code),
    );

  const refuses = async ({ code, bad, also = [] }: PushCase) => {
    const before = await scene.refs();
    const { status, stderr } = await attempt(scene, bad);
    assert.notEqual(status, 0);
    assert.deepEqual([...told(stderr, 'refused')].sort(), [code, ...also].sort(), stderr);
    assert.equal(await scene.refs(), before);
  };

  /** @param codes of the notices */
  const accepts = async (attempted: PushCase['good'], codes: readonly string[] = []) => {
    const before = await scene.refs();
    const { status, stderr } = await attempt(scene, attempted);
    assert.equal(status, 0, stderr);
    for (const code of codes) assert.ok(told(stderr, 'notice').has(code), stderr);
    assert.notEqual(await scene.refs(), before);
    return stderr;
  };

  for (const each of pushCases) {
    const { code, bad, good, given, isNotice = false } = each;
    describe(code, () => {
      beforeEach(() => scene.restart(given));

      if (isNotice) it(`notices ${bad[0]}`, () => accepts(bad, [code]));
      else it(`refuses ${bad[0]}`, () => refuses(each));

      it(`accepts ${good[0]}`, async () => {
        const stderr = await accepts(good);
        if (isNotice) assert.ok(!told(stderr, 'notice').has(code), stderr);
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
