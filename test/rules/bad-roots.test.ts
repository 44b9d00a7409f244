import type { JsonObject } from '../../core/metadata/json.ts';
import { keysOf, makeKey, people, putRoot, rootSigned } from '../kit/source-tree.ts';
import { nextRoot } from '../kit/transitions.ts';
import { refusesEach } from '../kit/transitions.ts';

describe('rules: bad roots', () => {
  refusesEach([
    [
      'a root by one admin alone',
      ['root.threshold'],
      (tree) => {
        nextRoot(tree, {}, [people.root1]);
      },
    ],
    [
      'a root by one admin with two keyids',
      ['root.threshold', 'signature.unauthorised'],
      (tree) => {
        nextRoot(tree, {}, [people.root1, people.stranger]);
      },
    ],
    [
      'a jump of root',
      ['root.version-not-next'],
      (tree) => {
        putRoot(tree, rootSigned(3), [people.root1, people.root2]);
      },
    ],
    [
      'root_history overwritten',
      ['root.history', 'root.not-pinned'],
      (tree) => {
        tree.set(
          'metadata/root_history/1.root.json',
          Buffer.from(JSON.stringify({ signed: rootSigned(1), signatures: [] })),
        );
      },
    ],
    [
      'a root that is not in root_history',
      ['root.history'],
      (tree) => {
        nextRoot(tree, {});
        tree.delete('metadata/root_history/2.root.json');
      },
    ],
    [
      'root with a fifth role',
      ['root.roles'],
      (tree) => {
        const { roles } = rootSigned(2);
        const mirrors = { keyids: [people.root1.keyid], threshold: 1 };
        nextRoot(tree, { roles: { ...(roles as JsonObject), mirrors } });
      },
    ],
    [
      'root without consistent snapshots',
      ['root.consistent-snapshot'],
      (tree) => {
        nextRoot(tree, { consistent_snapshot: false });
      },
    ],
    [
      'root with an online key that the signer does not hold',
      ['root.online-key'],
      (tree) => {
        const other = makeKey();
        const { keys, roles } = rootSigned(2);
        const role = { keyids: [other.keyid], threshold: 1 };
        nextRoot(tree, {
          keys: { ...(keys as JsonObject), ...keysOf(other) },
          roles: { ...(roles as JsonObject), timestamp: role },
        });
      },
    ],
    [
      'root threshold below the policy',
      ['root.min-threshold'],
      (tree) => {
        const { roles } = rootSigned(2);
        const role = { keyids: [people.root1.keyid], threshold: 1 };
        nextRoot(tree, { roles: { ...(roles as JsonObject), root: role } }, [
          people.root1,
          people.root2,
        ]);
      },
    ],
    [
      'targets re-keyed without re-signing',
      ['role.threshold'],
      (tree) => {
        const { keys, roles } = rootSigned(2);
        const role = { keyids: [people.stranger.keyid], threshold: 1 };
        nextRoot(tree, {
          keys: { ...(keys as JsonObject), ...keysOf(people.stranger) },
          roles: { ...(roles as JsonObject), targets: role },
        });
      },
    ],
    [
      'a policy with an unknown field',
      ['policy.form'],
      (tree) => {
        nextRoot(tree, { 'x-tuf-on-git-policy': { repository: 'example-00000000', lax: true } });
      },
    ],
    [
      'a root of 500,001 bytes',
      ['size.root'],
      (tree) => {
        tree.set('metadata/root.json', Buffer.alloc(500_001, ' '));
      },
    ],
  ]);
});
