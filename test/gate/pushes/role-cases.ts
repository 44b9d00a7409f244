/** What holds for every role, and for its name: the codes `role.*` and `name.*`. */
import { alice, aliceDelegates, all, newRole, root, targets, without } from '../../kit/changes.ts';
import { delegationTo, fileOf, inDays, people, repositoryName } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const { bob } = people;
const bothNeeded = { keyids: [people.alice.keyid, bob.keyid], threshold: 2 };
const hours = (count: number) => inDays(count / 24);

export const roleCases: readonly PushCase[] = [
  {
    code: 'role.type',
    bad: [
      'a root as the file of a project',
      (tree) => tree.set('metadata/alice.json', tree.get('metadata/root.json') ?? Buffer.of()),
    ],
    good: ['a targets role as the file of a project', alice()],
  },
  {
    code: 'role.spec-version',
    bad: ['another specification', alice({ spec_version: '1.1.0' })],
    good: ['a later edition of the same', alice({ spec_version: '1.0.99' })],
  },
  {
    code: 'role.version',
    given: alice({ version: 2 ** 31 - 1 }),
    bad: ['version 2^31 when its turn has come', alice({ version: 2 ** 31 })],
    good: ['another role’s version 2', targets()],
  },
  {
    code: 'role.version-not-next',
    given: alice({ version: 2 ** 31 - 3 }),
    bad: ['version 2^31 − 1 after 2^31 − 3', alice({ version: 2 ** 31 - 1 })],
    good: ['version 2^31 − 2 after 2^31 − 3', alice({ version: 2 ** 31 - 2 })],
  },
  {
    code: 'role.version-not-next',
    given: alice(),
    bad: ['version 1 after 2', alice({ version: 1 })],
    good: ['version 3 after 2', alice({ version: 3 })],
  },
  {
    code: 'role.changed-version',
    bad: ['other content under the same version', alice({ version: 1 })],
    good: ['other content under the next version', alice({ version: 2 })],
  },
  {
    code: 'role.changed-version',
    given: all(targets({ alice: { keyids: bothNeeded.keyids } }), alice()),
    bad: ['one more signature on the same version', alice({ version: 2 }, [people.alice, bob])],
    good: ['the next version with both signatures', alice({}, [people.alice, bob])],
  },
  {
    code: 'role.expired',
    bad: ['a version that lives half an hour', alice({ expires: hours(0.5) })],
    good: ['a version that lives half a day', alice({ expires: hours(12) })],
  },
  {
    code: 'role.lives-too-long',
    bad: ['an expiry beyond the policy', alice({ expires: inDays(401) })],
    good: ['an expiry just within the policy', alice({ expires: inDays(400) })],
  },
  {
    code: 'role.lives-too-long',
    bad: [
      'an expiry beyond the role’s own period',
      alice({ 'x-tuf-on-ci-expiry-period': 30, expires: inDays(31) }),
    ],
    good: [
      'an expiry within the role’s own period',
      alice({ 'x-tuf-on-ci-expiry-period': 30, expires: inDays(30) }),
    ],
  },
  {
    code: 'role.threshold',
    bad: ['a threshold raised without signatures', targets({ alice: bothNeeded })],
    good: [
      'a threshold raised together with the signatures',
      all(targets({ alice: bothNeeded }), alice({}, [people.alice, bob])),
    ],
  },
  {
    code: 'role.threshold',
    bad: ['an unsigned change', alice({}, [])],
    good: ['the change, signed', alice()],
  },
  {
    code: 'role.missing',
    bad: ['a role file deleted while delegated', without('metadata/bob.json')],
    good: [
      'a role file deleted along with its delegation',
      all(targets({ bob: 'nothing' }), without('metadata/bob.json', `targets/${fileOf.bob}`)),
    ],
  },
  {
    code: 'role.other-repository',
    bad: [
      'a role of another repository, signed by the right key',
      alice({ 'x-tuf-on-git-repository': 'staging-11111111' }),
    ],
    good: ['the role of this one', alice({ 'x-tuf-on-git-repository': repositoryName })],
  },
  {
    code: 'role.other-repository',
    bad: [
      'a root that renames the repository',
      root({ 'x-tuf-on-git-policy': { repository: 'renamed-22222222' } }),
    ],
    good: [
      'a root that keeps the name',
      root({ 'x-tuf-on-git-policy': { repository: repositoryName } }),
    ],
  },

  {
    code: 'name.form',
    bad: [
      'a role name that reads as a version',
      all(
        newRole('7.project', [bob]),
        targets({ more: [delegationTo('7.project', bob, 'seven/*')] }),
      ),
    ],
    good: [
      'a role name with a version at its end',
      all(
        newRole('project.7', [bob]),
        targets({ more: [delegationTo('project.7', bob, 'seven/*')] }),
      ),
    ],
  },
  {
    code: 'name.twin',
    bad: [
      'a role name in another case',
      all(newRole('Alice', [bob]), targets({ more: [delegationTo('Alice', bob, 'more/*')] })),
    ],
    good: [
      'a longer role name',
      all(newRole('Alice2', [bob]), targets({ more: [delegationTo('Alice2', bob, 'more/*')] })),
    ],
  },
  {
    code: 'name.two-delegators',
    bad: [
      'a role that two roles delegate to',
      aliceDelegates(bob, delegationTo('bob', bob, 'alice-project/*/*/*')),
    ],
    good: [
      'a role of its own with the same key',
      all(
        newRole('bob2', [bob]),
        aliceDelegates(bob, delegationTo('bob2', bob, 'alice-project/*/*/*')),
      ),
    ],
  },
];
