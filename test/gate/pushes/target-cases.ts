/** Target paths, patterns, and the files behind targets: `path.*` and `target.*`. */
import { createHash } from 'node:crypto';
import { all, file, newFile, release, targets, without, listed } from '../../kit/changes.ts';
import { fileOf } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const hashOf = (algorithm: string, content: string) =>
  createHash(algorithm).update(content).digest('hex');
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

const deeper = targets({ alice: { paths: ['alice-project/*/*/*', 'alice-project/*/*/*/*'] } });
const custom = (bytes: number) => ({ custom: { note: 'x'.repeat(bytes) } });

export const targetCases: readonly PushCase[] = [
  {
    code: 'path.form',
    bad: ['a target path with a space', release('alice-project/tool/1.0.1/my tool.tgz')],
    good: ['a target path with a dash', release('alice-project/tool/1.0.1/my-tool.tgz')],
  },
  {
    code: 'path.form',
    bad: ['a target path that climbs', listed('alice-project/tool/../tool.tgz')],
    good: ['a target path with dots', release('alice-project/tool/1..0/tool.tgz')],
  },
  {
    code: 'path.form',
    bad: ['a name of 121 bytes', release(`alice-project/tool/1.0.1/${'x'.repeat(121)}`)],
    good: ['a name of 120 bytes', release(`alice-project/tool/1.0.1/${'x'.repeat(120)}`)],
  },
  {
    code: 'path.twin',
    bad: [
      'a target path in another case',
      listed(fileOf.alice.toUpperCase().replace('ALICE-PROJECT', 'alice-project')),
    ],
    good: ['another target path', release(newFile)],
  },
  {
    code: 'path.folder',
    bad: ['a target below the path of another', all(deeper, listed(`${fileOf.alice}/x`))],
    good: ['a target beside it', all(deeper, release(`${fileOf.alice}.d/x`))],
  },
  {
    code: 'path.pattern',
    bad: [
      'a pattern across folders',
      targets({ alice: { paths: ['alice-project/*/*/*', 'more/**'] } }),
    ],
    good: [
      'patterns folder by folder',
      targets({ alice: { paths: ['alice-project/*/*/*', 'more/*', 'more/*/*'] } }),
    ],
  },
  {
    code: 'path.pattern',
    bad: ['four * in a segment', targets({ alice: { paths: ['alice-project/*/*/*', '*a*b*c*'] } })],
    good: ['three', targets({ alice: { paths: ['alice-project/*/*/*', '*a*b*c'] } })],
  },
  {
    code: 'path.pattern',
    bad: [
      'a pattern so long that tuf-js fails at it, whatever the path',
      targets({ alice: { paths: ['alice-project/*/*/*', `more/${'x'.repeat(65_537)}`] } }),
    ],
    good: [
      'one as long as a name may be',
      targets({ alice: { paths: ['alice-project/*/*/*', `more/${'x'.repeat(120)}*`] } }),
    ],
  },
  {
    code: 'path.outside-delegation',
    bad: ['a target of bob’s in alice’s role', release('bob-project/tool/1.0.1/tool.tgz')],
    good: ['a target of alice’s', release('alice-project/bob-project/1.0.1/tool.tgz')],
  },
  {
    code: 'path.outside-delegation',
    bad: [
      'paths taken from a role that still uses them',
      targets({ alice: { paths: ['alice-project/other/*/*'] } }),
    ],
    good: [
      'paths taken from a role that used others',
      targets({ alice: { paths: ['alice-project/tool/*/*'] } }),
    ],
  },

  {
    code: 'target.hashes',
    bad: [
      'md5 beside sha256',
      release(newFile, { hashes: { sha256: hashOf('sha256', 'x'), md5: hashOf('md5', 'x') } }, 'x'),
    ],
    good: [
      'sha512 beside sha256',
      release(
        newFile,
        { hashes: { sha256: hashOf('sha256', 'x'), sha512: hashOf('sha512', 'x') } },
        'x',
      ),
    ],
  },
  {
    code: 'target.hash',
    bad: [
      'a file changed after signing',
      all(release(newFile, {}, 'one'), file(`targets/${newFile}`, 'two')),
    ],
    good: ['the file as it was signed', release(newFile, {}, 'two')],
  },
  {
    code: 'target.length',
    bad: [
      'a file that was cut',
      all(release(newFile, {}, 'whole'), file(`targets/${newFile}`, 'who')),
    ],
    good: ['the whole file', release(newFile, {}, 'whole')],
  },
  {
    code: 'target.missing',
    bad: ['metadata without the file', all(release(newFile), without(`targets/${newFile}`))],
    good: ['metadata with the file', release(newFile)],
  },
  {
    code: 'target.custom',
    bad: ['custom that is a list', release(newFile, { custom: ['a'] })],
    good: [
      'custom that is an object with a list',
      release(newFile, { custom: { a: ['a', null] } }),
    ],
  },
  {
    code: 'target.custom',
    bad: ['custom of more than 16 KiB', release(newFile, custom(16_384))],
    good: ['custom of nearly as much', release(newFile, custom(16_370))],
  },
  {
    code: 'target.lfs-pointer',
    bad: ['a git-lfs pointer, signed as it is', release(newFile, {}, pointer)],
    good: ['a file that speaks of one', release(newFile, {}, `see: ${pointer}`)],
  },
];
