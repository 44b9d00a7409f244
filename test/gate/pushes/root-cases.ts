/** The chain of roots and the policy in it: the codes `root.*`, `policy.*` and `size.root`. */
import { maxSignedBytes } from '../../../daemon/signer/protocol.ts';
import { all, policy, root, rootRole, without } from '../../kit/changes.ts';
import type { Change, PushScene } from '../../kit/push-scene.ts';
import {
  keysOf,
  makeKey,
  people,
  putRoot,
  rootSigned,
  type TestKey,
} from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const { root1, root2, root3 } = people;

/** The signer of the scene holds it, and no root names it at first. */
export const spareOnlineKey = makeKey();
const strangeOnlineKey = makeKey();

const onlineKey = (key: TestKey): Change => {
  const role = { keyids: [key.keyid], threshold: 1 };
  const { keys, roles } = rootSigned(2);
  return root({
    keys: { ...(keys as object), ...keysOf(key) },
    roles: { ...(roles as object), snapshot: role, timestamp: role },
  });
};

const firstPush = (change: Change) => (scene: PushScene) =>
  scene.push(scene.commit(change, scene.base, []).oid);

const padded = (bytes: number): Change => root({ 'x-note': 'x'.repeat(bytes) });

export const rootCases: readonly PushCase[] = [
  {
    code: 'root.not-pinned',
    given: 'nothing',
    bad: [
      'a first push with another root, signed by the same people',
      {
        push: firstPush((tree) => {
          putRoot(tree, { ...rootSigned(1), 'x-note': 'another' }, [root1, root2]);
        }),
      },
    ],
    good: ['a first push with the pinned root', { push: firstPush(() => undefined) }],
  },
  {
    code: 'root.version-not-next',
    bad: ['root 3 after 1', root({ version: 3 })],
    good: ['roots 2 and 3 in one commit', all(root(), root())],
  },
  {
    code: 'root.threshold',
    bad: ['a root by one admin alone', root({}, [root1])],
    good: ['a root by two of three admins', root({}, [root1, root3])],
  },
  {
    code: 'root.threshold',
    bad: [
      'a root that enough of the new admins signed, but none of the old',
      rootRole('root', { keyids: [root3.keyid, people.admin.keyid] }, [root3, people.admin]),
    ],
    good: [
      'a root that enough of both signed',
      rootRole('root', { keyids: [root2.keyid, people.admin.keyid] }, [root1, root2, people.admin]),
    ],
  },
  {
    code: 'root.history',
    bad: [
      'root 2 without its place in root_history',
      all(root(), without('metadata/root_history/2.root.json')),
    ],
    good: ['root 2 in both places', root()],
  },
  {
    code: 'root.history',
    also: ['root.not-pinned'],
    bad: [
      'root 1 overwritten',
      all(root(), (tree) => {
        putRoot(tree, { ...rootSigned(1), 'x-note': 'another' }, [root1, root2]);
      }),
    ],
    good: ['root 1 left alone', root()],
  },
  {
    code: 'root.roles',
    bad: ['a fifth role', rootRole('mirrors', { keyids: [root1.keyid], threshold: 1 })],
    good: ['four roles and a field that is no role', root({ 'x-mirrors': [] })],
  },
  {
    code: 'root.consistent-snapshot',
    bad: ['consistent_snapshot false', root({ consistent_snapshot: false })],
    good: ['consistent_snapshot true', root({ consistent_snapshot: true })],
  },
  {
    code: 'root.online-key',
    bad: ['an online key that the signer does not hold', onlineKey(strangeOnlineKey)],
    good: ['an online key that the signer holds', onlineKey(spareOnlineKey)],
  },
  {
    code: 'root.min-threshold',
    bad: ['a root threshold below the policy’s', rootRole('root', { threshold: 1 })],
    good: [
      'a root threshold above the policy’s',
      rootRole('root', { threshold: 3 }, [root1, root2, root3]),
    ],
  },

  {
    code: 'policy.form',
    bad: ['a policy with an unknown value', policy({ land: 'soon' })],
    good: ['a policy with a known value', policy({ land: 'all' })],
  },
  {
    code: 'policy.form',
    bad: ['a policy with an unknown field', policy({ lax: true })],
    good: ['the field beside the policy', root({ 'x-lax': true })],
  },
  {
    code: 'policy.form',
    bad: [
      'a policy that allows a snapshot which the signer does not take',
      policy({ maxSnapshotBytes: maxSignedBytes + 1 }),
    ],
    good: ['the largest that it takes', policy({ maxSnapshotBytes: maxSignedBytes })],
  },
  {
    code: 'size.root',
    bad: ['a root of more than 500,000 bytes', padded(500_000)],
    good: ['a root of nearly as much', padded(490_000)],
  },
];
