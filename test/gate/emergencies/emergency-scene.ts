import assert from 'node:assert/strict';
import { all } from '../../kit/changes.ts';
import { pushScene, type Change, type PushScene } from '../../kit/push-scene.ts';
import { validTree } from '../../kit/source-tree.ts';

/** A repository behind the real hook that the pushes of one suite share. */
export interface EmergencyScene {
  /** Puts `main` past the hook to a commit with these changes. */
  restart(...given: readonly Change[]): Promise<void>;
  /** Pushes one commit with the change, which has to become `main`. */
  accepts(change: Change): Promise<Answer>;
  /** Pushes one that has to be refused with these codes and nothing else, and moves nothing. */
  refuses(change: Change, ...codes: readonly string[]): Promise<Answer>;
}

export interface Answer {
  /** Codes, in their order. */
  readonly notices: readonly string[];
  readonly stderr: string;
}

export function emergencyScene(): EmergencyScene {
  let scene: PushScene;

  before(async () => {
    scene = await pushScene(validTree());
  });
  after(() => scene.close());

  const push = async (change: Change) => {
    const { oid } = scene.commit(change);
    const run = await scene.push(oid);
    return { ...run, oid, notices: scene.gated.notices(run), refusals: scene.gated.refusals(run) };
  };
  return {
    restart: (...given) => scene.restart(all(...given)),
    accepts: async (change) => {
      const run = await push(change);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(await scene.gated.sandbox.ok(['rev-parse', 'main']), run.oid);
      return run;
    },
    refuses: async (change, ...codes) => {
      const before = await scene.refs();
      const run = await push(change);
      assert.notEqual(run.status, 0);
      assert.deepEqual(run.refusals.toSorted(), codes.toSorted(), run.stderr);
      assert.equal(await scene.refs(), before);
      return run;
    },
  };
}
