/** Root and the fields that every role has, in ways good and bad. */
import type { JsonObject, JsonValue } from '../../../../core/metadata/json.ts';
import { inDays } from '../../../kit/source-tree.ts';
import type { Choices } from '../choices.ts';
import type { Draft } from '../draft.ts';
import { onlineKeys, people } from '../key-ring.ts';
import { editRoot } from '../role-steps.ts';
import { editing, type Edit } from './edits.ts';

export const changeRoot = editing([
  [
    'another threshold',
    (draft, choices) => {
      const { roles } = editRoot(draft);
      const role = choices.of(['root', 'targets', 'snapshot', 'timestamp'] as const);
      roles[role] = { ...roles[role], threshold: choices.of([0, 1, 2, 3, 4]) };
      return `${role}, ${roles[role].threshold}`;
    },
  ],
  [
    'another key',
    (draft, choices) => {
      const { roles, keys } = editRoot(draft);
      const role = choices.of(['root', 'targets', 'snapshot', 'timestamp'] as const);
      const key = choices.of([...people, ...onlineKeys]);
      const others = roles[role].keyids
        .slice(choices.below(2))
        .filter((keyid) => keyid !== key.keyid);
      roles[role] = { ...roles[role], keyids: [...others, key.keyid] };
      keys[key.keyid] = key.json;
      return role;
    },
  ],
  [
    'a keyid twice',
    (draft, choices) => {
      const { roles } = editRoot(draft);
      const role = choices.of(['root', 'targets', 'snapshot', 'timestamp'] as const);
      roles[role] = {
        ...roles[role],
        keyids: roles[role].keyids.flatMap((keyid) => [keyid, keyid]),
      };
      return role;
    },
  ],
  [
    'one key under two keyids',
    (draft) => {
      const { keys } = editRoot(draft);
      keys['00'.repeat(32)] = Object.values(keys)[0] ?? null;
      return 'root';
    },
  ],
  [
    'one key with another owner',
    (draft) => {
      const { keys, roles } = editRoot(draft);
      const [keyid = ''] = roles.root.keyids;
      (keys[keyid] as JsonObject)['x-tuf-on-ci-keyowner'] = '@other';
      return 'root';
    },
  ],
  [
    'a key taken out of keys',
    (draft, choices) => {
      const { keys } = editRoot(draft);
      const keyid = choices.of(Object.keys(keys));
      Reflect.deleteProperty(keys, keyid);
      return keyid.slice(0, 8);
    },
  ],
  [
    'a role more',
    (draft) => {
      const { roles } = editRoot(draft);
      Object.assign(roles, { mirrors: roles.targets });
      return 'mirrors';
    },
  ],
  [
    'no consistent snapshots',
    (draft) => {
      draft.edit('root')['consistent_snapshot'] = false;
      return 'root';
    },
  ],
  ['another policy', changePolicy],
  [
    'another expiry',
    changeField('expires', [
      ...[inDays(1), inDays(399), inDays(401), inDays(-1), inDays(40_000)],
      ...[
        inDays(9).replace('Z', '+00:00'),
        inDays(9).replace('Z', '.5Z'),
        inDays(9).replace('T', ' '),
      ],
      ...[
        inDays(9).toLowerCase(),
        '2031-02-30T00:00:00Z',
        '2031-01-01T24:00:00Z',
        '2031-01-01T23:59:60Z',
        'never',
      ],
    ]),
  ],
  [
    'another spec_version',
    changeField('spec_version', [
      '1.0',
      '1.0.0',
      '1.0.99',
      '1',
      '1.1.0',
      '2.0.0',
      '1.0.034',
      '1.0.x',
      '1.0.34.1',
    ]),
  ],
  [
    'another version',
    changeField('version', [-1, 0, 1, 2, 7, 2 ** 31 - 2, 2 ** 31, Number.MAX_SAFE_INTEGER - 1]),
  ],
  ['another type', changeField('_type', ['root', 'targets', 'Targets', 'snapshot', ''])],
  ['another repository', changeField('x-tuf-on-git-repository', ['other-11111111', '', 1])],
]);

/** The draft adds one to a version before it signs. */
function changeField(field: string, values: readonly JsonValue[]): Edit {
  return (draft, choices) => {
    const role = choices.of(['root', ...draft.roles()]);
    const value = choices.of(values);
    draft.edit(role)[field] = value;
    return `${role}, ${JSON.stringify(value)}`;
  };
}

function changePolicy(draft: Draft, choices: Choices): string {
  const root = draft.edit('root');
  const old = root['x-tuf-on-git-policy'] as JsonObject;
  const change = choices.of(policies);
  root['x-tuf-on-git-policy'] = { ...old, ...change };
  return JSON.stringify(change);
}

const policies: readonly JsonObject[] = [
  { profile: 'strict' },
  { profile: 'packages' },
  { profile: 'files' },
  { profile: 'any' },
  { clients: ['tuf-js', 'python-tuf', 'go-tuf'] },
  { clients: ['python-tuf'] },
  { clients: [] },
  { clients: ['curl'] },
  { repository: 'other-11111111' },
  { land: 'all' },
  { minThreshold: { root: 1 } },
  { minThreshold: { root: 4, targets: 2 } },
  { maxLifeDays: { root: 1 } },
  { maxLifeDays: { targets: 3660, delegated: 1 } },
  { allowedPaths: ['x', 'README.md'] },
  { allowedPaths: ['metadata/x.json'] },
  { unknown: 1 },
];
