/** The client reads what repositories in the wild have; of a new repository the gate asks for more. */
import { createPublicKey } from 'node:crypto';
import type { JsonObject } from '../../core/metadata/json.ts';
import { computeKeyId, type KeyJson } from '../../core/metadata/keys.ts';
import { newKey } from '../kit/simulated-repository.ts';
import { delegationTo, inDays, keysOf, people, putRoot, rootSigned } from '../kit/source-tree.ts';
import { nextAlice, nextTargets, refusesEach } from '../kit/transitions.ts';
import type { Tree } from '../kit/source-tree.ts';

describe('rules: what only our client reads', () => {
  refusesEach([
    ...['.5Z', '+00:00'].map(
      (zone) =>
        [
          `an expiry that ends in ${zone}`,
          ['json.shape'],
          (tree: Tree) => {
            nextAlice(tree, { expires: inDays(365).replace('Z', zone) });
          },
        ] as const,
    ),
    [
      'a root that does not say whether snapshots are consistent',
      ['json.disagreement', 'root.consistent-snapshot'],
      (tree) => {
        const signed = without(rootSigned(2), 'consistent_snapshot');
        putRoot(tree, signed, [people.root1, people.root2]);
      },
    ],
    [
      'a delegation of nothing',
      ['delegation.form', 'path.outside-delegation'],
      (tree) => {
        delegateTo(tree, without(delegationTo('alice', people.alice), 'paths'));
      },
    ],
    [
      'a delegation that does not say whether it terminates',
      ['json.disagreement'],
      (tree) => {
        const role = delegationTo('alice', people.alice, 'alice-project/*/*/*');
        delegateTo(tree, without(role, 'terminating'));
      },
    ],
    [
      'an ECDSA key as a point in hex',
      ['key.form'],
      (tree) => {
        const key = newKey('ecdsa-sha2-nistp256');
        const { x = '', y = '' } = createPublicKey(key.privateKey).export({ format: 'jwk' });
        const [first, second] = [x, y].map((each) =>
          Buffer.from(each, 'base64url').toString('hex'),
        );
        withKey(tree, { ...key.json, keyval: { public: `04${first}${second}` } });
      },
    ],
    [
      'a key of a kind that nobody knows',
      ['key.unsupported'],
      (tree) => {
        withKey(tree, { keytype: 'oidc', scheme: 'oidc', keyval: { public: 'alice' } });
      },
    ],
    [
      'a key whose value is no text',
      ['key.form'],
      (tree) => {
        const odd = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: [1] } };
        withKey(tree, odd as unknown as KeyJson);
      },
    ],
  ]);
});

function without(json: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([each]) => each !== name));
}

function delegateTo(tree: Tree, role: JsonObject): void {
  const { alice, bob } = people;
  const roles = [role, delegationTo('bob', bob, 'bob-project/*/*/*')];
  nextTargets(tree, { keys: keysOf(alice, bob), roles });
}

/** One key more, which no role needs. */
function withKey(tree: Tree, json: KeyJson): void {
  const { alice, bob } = people;
  const roles = [
    delegationTo('alice', alice, 'alice-project/*/*/*'),
    delegationTo('bob', bob, 'bob-project/*/*/*'),
  ];
  nextTargets(tree, { keys: { ...keysOf(alice, bob), [computeKeyId(json)]: json }, roles });
}
