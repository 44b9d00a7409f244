import { computeKeyId } from '../../core/metadata/keys.ts';
import { delegationTo, fileOf, keysOf, people, putRole, roleSigned } from '../kit/source-tree.ts';
import { nextAlice, nextTargets } from '../kit/transitions.ts';
import { refusesEach } from '../kit/transitions.ts';

describe('rules: bad delegations', () => {
  refusesEach([
    [
      'a threshold raised without signatures',
      ['role.threshold'],
      (tree) => {
        const { alice, bob } = people;
        const both = { ...delegationTo('alice', alice, 'alice-project/*/*/*'), threshold: 2 };
        const roles = [
          { ...both, keyids: [alice.keyid, bob.keyid] },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
    [
      'a threshold that cannot be reached',
      ['delegation.threshold', 'role.threshold'],
      (tree) => {
        const { alice, bob } = people;
        const roles = [
          { ...delegationTo('alice', alice, 'alice-project/*/*/*'), threshold: 2 },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
    [
      'a threshold of zero',
      ['json.shape'],
      (tree) => {
        const { alice, bob } = people;
        const roles = [{ ...delegationTo('alice', alice, 'alice-project/*'), threshold: 0 }];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
    [
      'one key under two keyids',
      ['key.same-key'],
      (tree) => {
        const { alice, bob } = people;
        const twin = { ...alice.json, 'x-tuf-on-ci-keyowner': '@twin' };
        const keys = { ...keysOf(alice, bob), [computeKeyId(twin)]: twin };
        const roles = [
          delegationTo('alice', alice, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys, roles });
      },
    ],
    [
      'key bytes swapped under an unchanged id',
      ['key.id', 'role.threshold'],
      (tree) => {
        const { alice, bob, stranger } = people;
        const keys = { ...keysOf(alice, bob), [alice.keyid]: stranger.json };
        const roles = [
          delegationTo('alice', alice, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys, roles });
      },
    ],
    [
      'an Ed25519 key of small order',
      ['key.form', 'role.threshold'],
      (tree) => {
        const weak = { ...people.alice.json, keyval: { public: `01${'00'.repeat(31)}` } };
        const { bob } = people;
        const keyid = computeKeyId(weak);
        const roles = [
          { ...delegationTo('alice', people.alice, 'alice-project/*/*/*'), keyids: [keyid] },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: { [keyid]: weak, ...keysOf(bob) }, roles });
      },
    ],
    [
      'the online key among a project’s',
      ['key.shared-online'],
      (tree) => {
        const { alice, bob, online } = people;
        const roles = [
          {
            ...delegationTo('alice', alice, 'alice-project/*/*/*'),
            keyids: [alice.keyid, online.keyid],
          },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob, online), roles });
      },
    ],
    [
      'a pattern that clients read differently',
      ['path.pattern'],
      (tree) => {
        const { alice, bob } = people;
        const roles = [
          delegationTo('alice', alice, 'alice-project/*/*/*', '**/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
    [
      'hash prefixes while go-tuf is listed',
      ['delegation.hash-prefixes'],
      (tree) => {
        const { alice, bob } = people;
        const common = { name: 'alice', keyids: [alice.keyid], threshold: 1, terminating: true };
        const roles = [
          { ...common, path_hash_prefixes: ['0'] },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
        putRole(tree, 'alice', roleSigned(2, {}), [alice]);
        tree.delete(`targets/${fileOf.alice}`);
      },
    ],
    [
      'succinct roles',
      ['delegation.succinct-not-yet'],
      (tree) => {
        const succinct = {
          keyids: [people.alice.keyid],
          threshold: 1,
          bit_length: 2,
          name_prefix: 'bin',
        };
        nextTargets(tree, { keys: keysOf(people.alice), succinct_roles: succinct });
      },
    ],
    [
      'a role name that reads as a version',
      ['name.form'],
      (tree) => {
        const { alice, bob } = people;
        const roles = [
          delegationTo('alice', alice, 'alice-project/*/*/*'),
          delegationTo('bob', bob, 'bob-project/*/*/*'),
          delegationTo('7.project', alice, 'x/*'),
        ];
        putRole(tree, '7.project', roleSigned(1, {}), [alice]);
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
    [
      'a delegation wider than its delegator’s',
      ['delegation.wider'],
      (tree) => {
        putRole(tree, 'sub', roleSigned(1, {}), [people.bob]);
        const roles = [delegationTo('sub', people.bob, '*/*/*/*')];
        nextAlice(tree, { delegations: { keys: keysOf(people.bob), roles } });
      },
    ],
    [
      'a cycle of delegations',
      ['delegation.cycle'],
      (tree) => {
        const roles = [delegationTo('alice', people.alice, 'alice-project/*/*/*')];
        nextAlice(tree, { delegations: { keys: keysOf(people.alice), roles } });
      },
    ],
    [
      'a field that is unknown inside a delegation',
      ['json.unknown-field'],
      (tree) => {
        const { alice, bob } = people;
        const roles = [
          { ...delegationTo('alice', alice, 'alice-project/*/*/*'), comment: 'x' },
          delegationTo('bob', bob, 'bob-project/*/*/*'),
        ];
        nextTargets(tree, { keys: keysOf(alice, bob), roles });
      },
    ],
  ]);
});
