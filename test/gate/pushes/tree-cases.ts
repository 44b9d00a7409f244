/** What the trees of commits hold: the other codes `git.*`. */
import { all, file, newFile, newRole, policy, release, targets } from '../../kit/changes.ts';
import type { Change } from '../../kit/push-scene.ts';
import { delegationTo, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const odd =
  (entry: Parameters<Change>[1][number]): Change =>
  (_, entries) => {
    entries.push(entry);
  };

const asProfileFiles = policy({ profile: 'files' });

export const treeCases: readonly PushCase[] = [
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
];
