/** The forms in which a push may arrive: objects, commits, refs. */
import assert from 'node:assert/strict';
import { alice, all, newFile, release, targets } from '../../kit/changes.ts';
import type { GitRun } from '../../kit/git.ts';
import { pushScene, type PushScene } from '../../kit/push-scene.ts';
import { validTree } from '../../kit/source-tree.ts';

describe('arrival of a push', () => {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree());
  });
  after(() => scene.close());
  beforeEach(() => scene.restart());

  const accepted = async (run: GitRun, tip: string) => {
    assert.equal(run.status, 0, run.stderr);
    assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main']), tip);
  };
  /** Refused with these codes, and every ref is where it was. */
  const refused = async (run: Promise<GitRun>, ...codes: string[]): Promise<GitRun> => {
    const before = await scene.refs();
    const ended = await run;
    assert.notEqual(ended.status, 0);
    assert.deepEqual(scene.gated.refusals(ended), codes, ended.stderr);
    assert.equal(await scene.refs(), before);
    return ended;
  };
  const has = async (oid: string) =>
    (await scene.gated.sandbox.git(['cat-file', '-e', oid])).status === 0;
  const count = async (what: string) => {
    const all = await scene.gated.sandbox.ok(['count-objects', '-v']);
    return Number(new RegExp(`^${what}: (\\d+)$`, 'm').exec(all)?.[1]);
  };

  for (const [form, unpackLimit, counted] of [
    ['loose objects', 100, 'count'],
    ['one pack', 1, 'packs'],
  ] as const) {
    describe(`as ${form}`, () => {
      before(() => scene.gated.sandbox.ok(['config', 'receive.unpackLimit', String(unpackLimit)]));

      it('is accepted when it is good', async () => {
        const before = await count(counted);
        const { oid } = scene.commit(release(`alice-project/tool/${counted}/tool.tgz`));
        await accepted(await scene.push(oid), oid);
        assert.ok((await count(counted)) > before, `no more ${counted}`);
      });

      it('leaves nothing behind when it is refused', async () => {
        const bad = scene.commit(all(release(newFile, {}, form), alice({ version: 7 }))).oid;
        await refused(scene.push(bad), 'role.version-not-next');
        assert.equal(await has(bad), false);
      });
    });
  }

  it('may be several commits, each of them good', async () => {
    const { oid } = scene.commit(alice(), scene.commit(targets(), scene.commit(alice())));
    await accepted(await scene.push(oid), oid);
  });

  it('is refused whole for one bad commit in the middle, which is named', async () => {
    const good = scene.commit(release(newFile, {}, 'not kept'));
    const bad = scene.commit(alice({ version: 4 }), good);
    const run = await refused(scene.push(scene.commit(alice(), bad).oid), 'role.version-not-next');
    assert.match(run.stderr, new RegExp(`commit ${bad.oid.slice(0, 10)}`));
    assert.equal(await has(good.oid), false);
  });

  it('is refused for a bad commit that the next one mends', async () => {
    const bad = scene.commit(alice({}, []));
    const run = await refused(scene.push(scene.commit(alice(), bad).oid), 'role.threshold');
    assert.match(run.stderr, new RegExp(`commit ${bad.oid.slice(0, 10)}`));
  });

  it('is refused when it moves nothing but the tip back', async () => {
    const { oid } = scene.commit(alice());
    await accepted(await scene.push(oid), oid);
    await refused(scene.push(scene.base.oid, '--force'), 'git.force-push');
  });

  for (const atomic of [[], ['--atomic']]) {
    const how = atomic.length === 0 ? 'without' : 'with';

    it(`is refused for several refs ${how} --atomic, and none of them moves`, async () => {
      const { oid } = scene.commit(alice());
      const run = scene.push(oid, `${oid}:refs/heads/one`, `${oid}:refs/heads/two`, ...atomic);
      await refused(run, 'git.several-refs', 'git.ref', 'git.ref');
    });
  }

  for (const ref of [
    'refs/tags/v1',
    'refs/notes/commits',
    'refs/heads/HEAD',
    'refs/heads/main2',
    'refs/heads/main/x',
    'refs/remotes/origin/main',
    'refs/stash',
    'refs/tuf/published',
    'refs/tuf/withdrawn',
    'refs/tuf/events/one',
    'refs/heads/sign',
    'refs/heads/sign/one/two',
    'refs/heads/sign/-one',
    `refs/heads/sign/${'x'.repeat(65)}`,
  ]) {
    it(`is refused to ${ref}`, async () => {
      const { oid } = scene.commit(alice());
      await refused(scene.gated.push('origin', `${oid}:${ref}`), 'git.ref');
    });
  }

  it('is refused to refs/replace, by which another commit would be read as the first', async () => {
    const { oid } = scene.commit(alice());
    await refused(scene.gated.push('origin', `${oid}:refs/replace/${scene.base.oid}`), 'git.ref');
  });
});
