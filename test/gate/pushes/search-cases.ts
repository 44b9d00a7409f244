/** What clients find, and what a repository may come to: `path.*` of searches, and `size.*`. */
import { alice, all, newRole, policy, release, releaseByBob, targets } from '../../kit/changes.ts';
import { delegationTo, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const { bob } = people;
const shared = 'alice-project/shared/1/x';
const everywhere = { paths: ['bob-project/*/*/*', 'alice-project/*/*/*'] };

/** 30 roles that are asked before alice, wherever the path lies, and one more for part of them. */
const crowdNames = Array.from({ length: 31 }, (_, at) => `crowd-${at}`);
const crowd = crowdNames.map((name, at) => ({
  ...delegationTo(name, bob, at === 30 ? 'alice-project/many/*/*' : 'alice-project/*/*/*'),
  terminating: false,
}));

export const searchCases: readonly PushCase[] = [
  {
    code: 'path.shadowed',
    given: targets({ bob: everywhere }),
    bad: ['an entry of bob’s behind alice’s terminating delegation', releaseByBob(shared)],
    good: ['the entry in the role that is found', release(shared)],
  },
  {
    code: 'path.shadows',
    given: all(targets({ alice: { terminating: false }, bob: everywhere }), releaseByBob(shared)),
    bad: ['an entry of alice’s in the place of bob’s', release(shared)],
    good: ['an entry beside it', release('alice-project/shared/2/x')],
  },
  {
    code: 'path.now-shadowed',
    isNotice: true,
    given: policy({ clients: ['python-tuf', 'go-tuf', 'tuf-js'] }),
    bad: [
      'paths taken from alice, who lists something there',
      targets({ alice: { paths: ['alice-project/other/*/*'] } }),
    ],
    good: [
      'paths taken from alice, who lists nothing there',
      targets({ alice: { paths: ['alice-project/tool/*/*'] } }),
    ],
  },
  {
    code: 'path.too-many-roles',
    given: all(...crowdNames.map((name) => newRole(name, [bob])), targets({ first: crowd })),
    bad: ['a target behind 31 roles', release('alice-project/many/1/x')],
    good: ['a target behind 30', release('alice-project/few/1/x')],
  },
  {
    code: 'size.target',
    given: policy({ maxTargetBytes: 100 }),
    bad: ['a target of 101 bytes where 100 may be', release(shared, {}, 'x'.repeat(101))],
    good: ['a target of 100 bytes', release(shared, {}, 'x'.repeat(100))],
  },
  {
    code: 'size.targets',
    bad: ['a role of more than 4,900,000 bytes', alice({ 'x-note': 'x'.repeat(4_900_000) })],
    good: ['a role of nearly as much', alice({ 'x-note': 'x'.repeat(4_890_000) })],
  },
  {
    code: 'size.snapshot',
    given: policy({ maxSnapshotBytes: 5_150 }),
    bad: [
      'a role by which the next snapshot grows too large',
      all(
        newRole('m'.repeat(50), [bob]),
        targets({ more: [delegationTo('m'.repeat(50), bob, 'more/*')] }),
      ),
    ],
    good: [
      'a role by which it does not',
      all(newRole('m', [bob]), targets({ more: [delegationTo('m', bob, 'more/*')] })),
    ],
  },
];
