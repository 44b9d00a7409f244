/** What a role delegates, and to whom: the codes `delegation.*`. */
import { alice, aliceDelegates, all, newRole, policy, targets } from '../../kit/changes.ts';
import type { Change } from '../../kit/push-scene.ts';
import { delegationTo, keysOf, makeKey, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const { bob, stranger } = people;

/** Targets delegates to one more role, which bob signs; fields are put into the delegation. */
const more = (fields: object, keys = [bob]): Change =>
  all(
    newRole('more', keys),
    targets({ more: [{ ...delegationTo('more', bob, 'more/*'), ...fields }], keys }),
  );

/** To as many keys as that, all of which sign. */
const moreKeys = (count: number): Change => {
  const keys = Array.from({ length: count }, () => makeKey());
  return more({ keyids: keys.map(({ keyid }) => keyid) }, keys);
};

const patterns = (count: number) =>
  Array.from({ length: count }, (_, at) => `more/${String(at)}/*`);

/** Targets delegates to so many more roles, by 1,024 patterns each, and by some to a last one. */
const patternsInAll = (roles: number, last: number): Change => {
  const counts = [...Array.from({ length: roles }, () => 1024), last];
  const named = counts.map((count, at) => {
    const name = `more${String(at)}`;
    const paths = Array.from({ length: count }, (_, each) => `${name}/${String(each)}`);
    return { name, delegation: { ...delegationTo(name, bob), paths } };
  });
  return all(
    ...named.map(({ name }) => newRole(name, [bob])),
    targets({ more: named.map(({ delegation }) => delegation) }),
  );
};

const byHash = (...prefixes: string[]): Change => {
  const role = { name: 'more', keyids: [bob.keyid], threshold: 1, terminating: true };
  return all(
    newRole('more', [bob]),
    targets({ more: [{ ...role, path_hash_prefixes: prefixes }] }),
  );
};
const withoutGoTuf = policy({ clients: ['python-tuf', 'tuf-js', 'tough'] });

/** Alice delegates to l2, which delegates to l3, and so on, below the one that targets delegates to. */
const levels = (deepest: number): Change => {
  const path = 'alice-project/*/*/*';
  const changes = Array.from({ length: deepest - 1 }, (_, at) => {
    const isLast = at + 2 === deepest;
    const roles = isLast ? [] : [delegationTo(`l${String(at + 3)}`, bob, path)];
    return newRole(`l${String(at + 2)}`, [bob], { delegations: { keys: keysOf(bob), roles } });
  });
  return all(...changes, aliceDelegates(bob, delegationTo('l2', bob, path)));
};

const alicesPath = 'alice-project/tool/*/*';
const loop = (back: string): Change =>
  all(
    newRole('b', [bob], {
      delegations: {
        keys: keysOf(people.alice),
        roles: [delegationTo(back, people.alice, alicesPath)],
      },
    }),
    aliceDelegates(bob, delegationTo('b', bob, alicesPath)),
  );

export const delegationCases: readonly PushCase[] = [
  {
    code: 'delegation.form',
    bad: ['1,025 patterns', more({ paths: patterns(1025) })],
    good: ['1,024 patterns', more({ paths: patterns(1024) })],
  },
  {
    code: 'delegation.form',
    // Two more are there already: those of alice and bob.
    bad: ['65,537 patterns in one file', patternsInAll(63, 1023)],
    good: ['65,536 patterns', patternsInAll(63, 1022)],
  },
  {
    code: 'delegation.form',
    bad: ['257 keys for one role', moreKeys(257)],
    good: ['256 keys', moreKeys(256)],
  },
  {
    code: 'delegation.form',
    bad: ['a hash prefix in upper case', all(withoutGoTuf, byHash('AB'))],
    good: ['the prefix in lower case', all(withoutGoTuf, byHash('ab'))],
  },
  {
    code: 'delegation.form',
    bad: ['delegations without roles', alice({ delegations: { keys: {} } })],
    good: ['delegations with no role', alice({ delegations: { keys: {}, roles: [] } })],
  },
  {
    code: 'delegation.threshold',
    also: ['role.threshold'],
    bad: ['a threshold of two with one key', more({ threshold: 2 })],
    good: [
      'a threshold of two with two keys',
      more({ threshold: 2, keyids: [bob.keyid, stranger.keyid] }, [bob, stranger]),
    ],
  },
  {
    code: 'delegation.unknown-key',
    bad: ['a keyid without its key', more({ keyids: [bob.keyid, stranger.keyid] })],
    good: [
      'both keyids with their keys',
      more({ keyids: [bob.keyid, stranger.keyid] }, [bob, stranger]),
    ],
  },
  {
    code: 'delegation.wider',
    bad: [
      'a delegation of what others have',
      all(newRole('sub', [bob]), aliceDelegates(bob, delegationTo('sub', bob, '*/*/*/*'))),
    ],
    good: [
      'a delegation of a part of one’s own',
      all(newRole('sub', [bob]), aliceDelegates(bob, delegationTo('sub', bob, alicesPath))),
    ],
  },
  {
    code: 'delegation.cycle',
    bad: ['alice → b → alice', loop('alice')],
    good: ['alice → b → c', all(loop('c'), newRole('c', [people.alice]))],
  },
  {
    code: 'delegation.too-deep',
    bad: ['five levels below targets', levels(5)],
    good: ['four levels below targets', levels(4)],
  },
  {
    code: 'delegation.hash-prefixes',
    bad: ['hash prefixes while go-tuf is listed', byHash('ab')],
    good: ['hash prefixes while it is not', all(withoutGoTuf, byHash('ab'))],
  },
  {
    code: 'delegation.succinct-not-yet',
    bad: [
      'succinct roles',
      alice({
        delegations: {
          keys: keysOf(bob),
          succinct_roles: { keyids: [bob.keyid], threshold: 1, bit_length: 2, name_prefix: 'bin' },
        },
      }),
    ],
    good: [
      'the roles one by one',
      all(
        newRole('bin-0', [bob]),
        newRole('bin-1', [bob]),
        aliceDelegates(
          bob,
          delegationTo('bin-0', bob, alicesPath),
          delegationTo('bin-1', bob, 'alice-project/other/*/*'),
        ),
      ),
    ],
  },
];
