/** Delegated roles that the server signs: the codes `online-role.*`. */
import { all, newRole, targets } from '../../kit/changes.ts';
import type { Change } from '../../kit/push-scene.ts';
import { delegationTo, inDays, makeKey, people, type TestKey } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const nightlyKey = makeKey();

/** Targets delegates to `nightly` and marks it as signed by the server. */
const nightly = ({
  key = nightlyKey,
  terminating = true,
  days = 30,
}: {
  readonly key?: TestKey;
  readonly terminating?: boolean;
  readonly days?: number;
}): Change =>
  all(
    newRole('nightly', [key], { expires: inDays(days) }),
    targets({
      fields: { 'x-tuf-on-git-online': ['nightly'] },
      more: [{ ...delegationTo('nightly', key, 'nightly/*'), terminating }],
      keys: [key],
    }),
  );

export const onlineRoleCases: readonly PushCase[] = [
  {
    code: 'online-role.form',
    bad: ['one whose delegation does not terminate', nightly({ terminating: false })],
    good: ['one whose delegation does', nightly({ terminating: true })],
  },
  {
    code: 'online-role.key',
    bad: ['one with a key that a person has', nightly({ key: people.bob })],
    good: ['one with a key of its own', nightly({ key: nightlyKey })],
  },
  {
    code: 'online-role.lives-too-long',
    bad: ['one that lives 31 days', nightly({ days: 31 })],
    good: ['one that lives 30 days', nightly({ days: 30 })],
  },
];
