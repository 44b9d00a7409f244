/** How a push and its commits are made: the codes `git.*` that no tree has by itself. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { alice, all, newFile, policy, release, targets, without } from '../../kit/changes.ts';
import { runGit } from '../../kit/git.ts';
import type { Change, MadeCommit, PushScene } from '../../kit/push-scene.ts';
import { fileOf } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

/** So many commits in line that change nothing. */
function inLine(scene: PushScene, count: number): MadeCommit {
  let at = scene.base;
  for (let made = 0; made < count; made += 1) at = scene.commit(() => undefined, at);
  return at;
}

/** A push upon something, while there is a commit that a repair took back from main. */
function upon(choose: (scene: PushScene, rejected: MadeCommit) => MadeCommit) {
  const push = async (scene: PushScene) => {
    const { sandbox, clone } = scene.gated;
    const rejected = scene.commit(alice());
    const { oid } = rejected;
    await sandbox.ok(['fetch', '--quiet', clone.dir, oid]);
    await sandbox.ok(['update-ref', `refs/tuf/rejected/${oid}`, oid]);
    const run = await scene.push(
      scene.commit(alice({ 'x-note': 'next' }), choose(scene, rejected)).oid,
    );
    await sandbox.ok(['update-ref', '-d', `refs/tuf/rejected/${oid}`]);
    return run;
  };
  return { push };
}

/** Somebody begins before the last commit of `main`, and merges it. */
async function afterPull(scene: PushScene) {
  const { base, gated } = scene;
  const own = scene.commit(targets(), base, [await gated.sandbox.ok(['rev-parse', 'main~1'])]);
  return scene.push(scene.commit(targets(), base, [own.oid, base.oid]).oid);
}

/** A push over a local path, with that in the environment. */
function dated(date: string) {
  const env = { GIT_COMMITTER_DATE: date };
  const push = (scene: PushScene) => {
    const refspec = `${scene.commit(alice()).oid}:refs/heads/main`;
    return runGit(['push', 'origin', refspec], { cwd: scene.gated.clone.dir, env });
  };
  return { push };
}

async function withoutPinnedRoot(scene: PushScene) {
  const { dir } = scene.gated.sandbox;
  await rename(path.join(dir, 'root.json'), path.join(dir, 'away'));
  const run = await scene.push(scene.commit(alice()).oid);
  await rename(path.join(dir, 'away'), path.join(dir, 'root.json'));
  return run;
}

/** Alice lists a file of zeros, which is made when it is needed. */
const ofMebibytes =
  (size: number): Change =>
  (tree, entries) => {
    release(newFile, {}, Buffer.alloc(size * 2 ** 20))(tree, entries);
  };

export const gitCases: readonly PushCase[] = [
  {
    code: 'git.ref',
    bad: ['a tag', { push: ({ base, gated }) => gated.push('origin', `${base.oid}:refs/tags/v1`) }],
    good: ['a commit on main', alice()],
  },
  {
    code: 'git.delete',
    bad: [
      'the deletion of main',
      { push: ({ gated }) => gated.push('origin', ':refs/heads/main') },
    ],
    good: [
      'the deletion of a file that no role lists any more',
      all(without(`targets/${fileOf.alice}`), alice({ targets: {} })),
    ],
  },
  {
    code: 'git.force-push',
    given: alice(),
    bad: [
      'a rewritten last commit, by force',
      {
        push: async (scene) => {
          const before = await scene.gated.sandbox.ok(['rev-parse', 'main~1']);
          const { oid } = scene.commit(release(newFile), scene.base, [before]);
          return scene.push(oid, '--force');
        },
      },
    ],
    good: ['the same on top of the last commit', release(newFile)],
  },
  {
    code: 'git.several-refs',
    bad: [
      'main and a signing event at once',
      {
        push: (scene) => {
          const { oid } = scene.commit(alice());
          return scene.push(oid, `${oid}:refs/heads/sign/one`);
        },
      },
    ],
    good: ['main alone', alice()],
  },
  {
    code: 'git.merge',
    bad: [
      'a merge',
      {
        push: (scene) => {
          const [one, other] = [scene.commit(alice()), scene.commit(targets())];
          return scene.push(scene.commit(targets(), one, [one.oid, other.oid]).oid);
        },
      },
    ],
    good: [
      'both commits in a line',
      { push: (scene) => scene.push(scene.commit(targets(), scene.commit(alice())).oid) },
    ],
  },
  {
    code: 'git.merge',
    given: alice(),
    bad: ['a pull without a rebase', { push: afterPull }],
    good: ['the own commit on top of what was pulled', targets()],
  },
  {
    code: 'git.unrelated-history',
    bad: [
      'a history that starts anew, by force',
      { push: (scene) => scene.push(scene.commit(alice(), scene.base, []).oid, '--force') },
    ],
    good: ['the same on top of main', alice()],
  },
  {
    code: 'git.too-large',
    bad: ['a file of 257 MiB', ofMebibytes(257)],
    good: ['a file of 16 MiB', ofMebibytes(16)],
  },
  {
    code: 'git.too-many',
    given: policy({ maxPush: { commits: 3 } }),
    bad: [
      'four commits where three may come',
      { push: (scene) => scene.push(inLine(scene, 4).oid) },
    ],
    good: ['three commits', { push: (scene) => scene.push(inLine(scene, 3).oid) }],
  },
  {
    code: 'git.too-many',
    given: policy({ maxPush: { files: 7 } }),
    bad: [
      'nine files and folders where seven may differ',
      all(release(newFile), release('alice-project/tool/1.0.2/tool.tgz')),
    ],
    good: ['seven files and folders', release(newFile)],
  },
  {
    code: 'git.rejected',
    bad: ['a commit upon one that was rejected', upon((scene, rejected) => rejected)],
    good: ['a commit beside one that was rejected', upon((scene) => scene.base)],
  },
  {
    code: 'git.log-date',
    bad: ['a push that dates its own receipt', dated('@1767225600 +0000')],
    good: ['one that leaves it to the server', dated('')],
  },
  {
    code: 'git.unable',
    bad: ['anything while the pinned root is gone', { push: withoutPinnedRoot }],
    good: ['the same once it is back', alice()],
  },
];
