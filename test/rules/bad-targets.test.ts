import { entryOf, fileOf, people, putRole, putTarget, roleSigned } from '../kit/source-tree.ts';
import { nextAlice } from '../kit/transitions.ts';
import { refusesEach, type RefusedCase } from '../kit/transitions.ts';

describe('rules: bad targets', () => {
  refusesEach([
    [
      'a target hash that fits no file',
      ['target.hash'],
      (tree) => {
        const entry = { ...entryOf(tree, fileOf.alice), hashes: { sha256: '0'.repeat(64) } };
        putRole(tree, 'alice', roleSigned(2, { [fileOf.alice]: entry }), [people.alice]);
      },
    ],
    [
      'a wrong length',
      ['target.length'],
      (tree) => {
        const entry = { ...entryOf(tree, fileOf.alice), length: 1 };
        putRole(tree, 'alice', roleSigned(2, { [fileOf.alice]: entry }), [people.alice]);
      },
    ],
    [
      'a target without its file',
      ['target.missing'],
      (tree) => {
        tree.delete(`targets/${fileOf.alice}`);
      },
    ],
    [
      'a target file changed without its metadata',
      ['target.hash'],
      (tree) => {
        putTarget(tree, fileOf.alice, 'malice’s too');
      },
    ],
    [
      'a target outside the role’s paths',
      ['path.outside-delegation'],
      (tree) => {
        const path = 'bob-project/app/9.9/app.bin';
        putTarget(tree, path, 'x');
        const targets = {
          [fileOf.alice]: entryOf(tree, fileOf.alice),
          [path]: entryOf(tree, path),
        };
        putRole(tree, 'alice', roleSigned(2, targets), [people.alice]);
      },
    ],
    [
      'hashes without sha256',
      ['target.hashes'],
      (tree) => {
        const entry = { ...entryOf(tree, fileOf.alice), hashes: { md5: 'abc' } };
        putRole(tree, 'alice', roleSigned(2, { [fileOf.alice]: entry }), [people.alice]);
      },
    ],
    [
      'a ghost file',
      ['git.ghost-file'],
      (tree) => {
        putTarget(tree, 'alice-project/tool/1.0.0/ghost', 'boo');
      },
    ],
    [
      'a timestamp in the tree',
      ['git.online-file'],
      (tree) => {
        putRole(tree, 'timestamp', { _type: 'timestamp' }, []);
      },
    ],
    [
      'a path that the policy does not allow',
      ['git.path-not-allowed'],
      (tree) => {
        tree.set('build.sh', Buffer.from('echo'));
      },
    ],
    [
      'target paths that differ only in case',
      ['path.twin'],
      (tree) => {
        const path = fileOf.alice.replace('tool.tgz', 'Tool.tgz');
        const targets = {
          [fileOf.alice]: entryOf(tree, fileOf.alice),
          [path]: entryOf(tree, fileOf.alice),
        };
        putRole(tree, 'alice', roleSigned(2, targets), [people.alice]);
      },
    ],
    [
      'a target path with a space',
      ['path.form'],
      (tree) => {
        const path = 'alice-project/tool/1.0.1/my tool';
        putTarget(tree, path, 'x');
        putRole(
          tree,
          'alice',
          roleSigned(2, {
            [fileOf.alice]: entryOf(tree, fileOf.alice),
            [path]: entryOf(tree, path),
          }),
          [people.alice],
        );
      },
    ],
    ...(
      [
        ['a folder too long for a file system', `alice-project/${'d'.repeat(121)}/1/x`],
        [
          'a path too long for the cache of a client',
          `alice-project/${'x'.repeat(100)}/${'y'.repeat(100)}/${'z'.repeat(40)}`,
        ],
        ['a folder called like a published file', `alice-project/tool/${'a'.repeat(64)}.x/y`],
      ] as const
    ).map(([what, path]): RefusedCase => [
      what,
      ['path.form'],
      (tree) => {
        putTarget(tree, path, 'x');
        const targets = {
          [fileOf.alice]: entryOf(tree, fileOf.alice),
          [path]: entryOf(tree, path),
        };
        putRole(tree, 'alice', roleSigned(2, targets), [people.alice]);
      },
    ]),
    [
      'a git-lfs pointer in place of the file',
      ['target.lfs-pointer'],
      (tree) => {
        putTarget(
          tree,
          fileOf.alice,
          'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
        );
        nextAlice(tree);
      },
    ],
  ]);
});
