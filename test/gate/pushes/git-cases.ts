/** How a push, its commits and its trees are made: the codes `git.*`. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import {
  alice,
  all,
  file,
  newFile,
  newRole,
  policy,
  release,
  targets,
  without,
} from '../../kit/changes.ts';
import type { Change, MadeCommit, PushScene } from '../../kit/push-scene.ts';
import { delegationTo, fileOf, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const odd =
  (entry: Parameters<Change>[1][number]): Change =>
  (_, entries) => {
    entries.push(entry);
  };

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

const asProfileFiles = policy({ profile: 'files' });

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
    code: 'git.unrelated-history',
    bad: [
      'a history that starts anew, by force',
      { push: (scene) => scene.push(scene.commit(alice(), scene.base, []).oid, '--force') },
    ],
    good: ['the same on top of main', alice()],
  },
  {
    code: 'git.mode',
    bad: ['a symbolic link', odd({ path: 'README.md', mode: '120000', content: 'metadata' })],
    good: ['a plain file with the same content', file('README.md', 'metadata')],
  },
  {
    code: 'git.mode',
    bad: ['a submodule', odd({ path: 'targets/sub', mode: '160000', oid: '1'.repeat(40) })],
    good: ['a folder in its place', release(newFile)],
  },
  {
    code: 'git.mode',
    bad: [
      'a mode of old that git shows as a usual one',
      odd({ path: 'README.md', mode: '100664' }),
    ],
    good: ['the usual mode', odd({ path: 'README.md', mode: '100644' })],
  },
  {
    code: 'git.executable',
    bad: ['an executable file', odd({ path: 'README.md', mode: '100755' })],
    good: ['the file without that bit', odd({ path: 'README.md', mode: '100644' })],
  },
  {
    code: 'git.name',
    bad: [
      'a name that is not UTF-8',
      odd({ path: Buffer.from('targets/n\xefve', 'latin1'), mode: '100644' }),
    ],
    good: ['the name in UTF-8', all(asProfileFiles, release('alice-project/naïve/1/x'))],
  },
  {
    code: 'git.name',
    bad: ['a name in another form than NFC', odd({ path: 'targets/nai\u0308ve', mode: '100644' })],
    good: ['the name in NFC', all(asProfileFiles, release('alice-project/na\u00efve/1/x'))],
  },
  {
    code: 'git.name',
    bad: ['a newline in a name', odd({ path: 'targets/a\nb', mode: '100644' })],
    good: ['a space in a name', all(asProfileFiles, release('alice-project/a b/1/x'))],
  },
  {
    code: 'git.twin',
    bad: ['a name in another case beside it', file('metadata/ROOT.json', '{}')],
    good: [
      'a name that is longer',
      all(
        newRole('roots', [people.alice]),
        targets({ more: [delegationTo('roots', people.alice, 'roots/*')] }),
      ),
    ],
  },
  {
    code: 'git.empty-tree',
    bad: ['an empty folder', odd({ path: 'targets/empty', mode: '40000', oid: emptyTree })],
    good: ['a folder with an empty file', release(newFile, {}, '')],
  },
  {
    code: 'git.ghost-file',
    bad: ['a file that no role lists', file(`targets/${newFile}`, 'boo')],
    good: ['the file that a role lists', release(newFile, {}, 'boo')],
  },
  {
    code: 'git.online-file',
    bad: ['a timestamp', newRole('timestamp', [people.online], { _type: 'timestamp' })],
    good: [
      'a role called nearly so',
      all(
        newRole('timestamps', [people.alice]),
        targets({ more: [delegationTo('timestamps', people.alice, 'timestamps/*')] }),
      ),
    ],
  },
  {
    code: 'git.path-not-allowed',
    bad: ['a script at the top', file('build.sh', 'true')],
    good: [
      'a script that the policy allows',
      all(policy({ allowedPaths: ['build.sh'] }), file('build.sh', 'true')),
    ],
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
    code: 'git.unable',
    bad: ['anything while the pinned root is gone', { push: withoutPinnedRoot }],
    good: ['the same once it is back', alice()],
  },
];
