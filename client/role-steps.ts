/** Steps of the workflow that are the same with and without a server. */
import { fault, TufOnGitError } from '../core/error/error.ts';
import { TrustedSet, type Verified } from '../core/metadata/trusted-set.ts';
import type { MetaFile } from '../core/metadata/tufjs.ts';
import type { RoleCache } from './role-cache.ts';

/** What the snapshot says of a targets role. @throws `role.missing` */
export function requireMeta(set: TrustedSet, role: string): MetaFile {
  const meta = set.metaOf(role);
  if (meta !== undefined) return meta;
  throw fault('role.missing', `${role}.json`, 'the snapshot does not list it');
}

/** The timestamp that names the snapshot. @throws `metadata.order` */
export function finalTimestamp(set: TrustedSet): Verified<'timestamp'> {
  if (set.timestamp !== undefined) return set.timestamp;
  throw fault('metadata.order', 'snapshot.json', 'the timestamp comes first');
}

/** §5.6: the top-level targets role, or one that the delegator names. */
export function updateTargetsRole(
  set: TrustedSet,
  bytes: Uint8Array,
  role: string,
  delegator: Verified<'targets'> | undefined,
): Verified<'targets'> {
  return delegator === undefined
    ? set.updateTargets(bytes)
    : set.updateDelegatedTargets(bytes, role, delegator);
}

export function notTrustedYet({ folder }: RoleCache): TufOnGitError {
  return fault('client.not-trusted-yet', folder, 'it holds no trusted root', {
    hint: 'start with the root that you obtained from the repository',
  });
}

/** §5.2, with a root for which there is no other. @throws what is wrong with it, and what to do then */
export function onlyRoot(
  { folder }: RoleCache,
  root: Uint8Array,
  options: { readonly referenceTime: Date },
): TrustedSet {
  try {
    return TrustedSet.fromRoot(root, options);
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    const hint = `remove ${folder}, and start again with the root that you obtained`;
    throw fault(error.code, error.where, error.message, { hint, cause: error });
  }
}
