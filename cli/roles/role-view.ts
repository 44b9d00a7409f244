import { rootAuthority } from '../../core/metadata/authority.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { LoadedRole } from '../../core/rules/repository.ts';
import { authorisedKey, ownerOf, type Authority } from '../../core/metadata/threshold.ts';
import type { WorkingState } from '../workspace/drafts.ts';

/** A role as people ask about it: who signs it, for what, until when. */
export interface RoleView {
  readonly role: string;
  readonly delegator: string;
  /** Undefined, as `expires`, for snapshot and timestamp: they are on no branch. */
  readonly version: number | undefined;
  readonly expires: string | undefined;
  readonly threshold: number;
  readonly keys: readonly { readonly owner: string; readonly fingerprint: string | undefined }[];
  /** Undefined for targets, which may list every path; empty for the roles that list none. */
  readonly paths: readonly string[] | undefined;
  readonly terminating: boolean;
  /** Whether the server signs it. */
  readonly isOnline: boolean;
  readonly targets: readonly { readonly path: string; readonly length: number }[];
  /** True while the working tree has a version that main has not. */
  readonly isDraft: boolean;
}

/** Root, snapshot and timestamp, then targets and what it delegates to. */
export function roleViews(working: WorkingState): readonly RoleView[] {
  const { repository, drafts } = working;
  const online = onlineRolesOf(repository);
  const roles = [...repository.roles.values()].map((role) =>
    roleView(role, {
      isDraft: drafts.some(({ name }) => name === role.name),
      isOnline: online.includes(role.name),
    }),
  );
  return [...topLevelViews(working), ...roles];
}

function topLevelViews({ repository, drafts }: WorkingState): readonly RoleView[] {
  const { signed } = repository.root;
  return (['root', 'snapshot', 'timestamp'] as const).map((name) => ({
    role: name,
    delegator: 'root',
    version: name === 'root' ? signed.version : undefined,
    expires: name === 'root' ? signed.expires : undefined,
    ...signersOf(rootAuthority(signed, name)),
    paths: [],
    terminating: false,
    targets: [],
    isDraft: drafts.some((draft) => draft.name === name),
    isOnline: name !== 'root',
  }));
}

function roleView(role: LoadedRole, is: Pick<RoleView, 'isDraft' | 'isOnline'>): RoleView {
  const { authority, delegation, document } = role;
  return {
    role: role.name,
    delegator: role.delegator,
    version: document.signed.version,
    expires: document.signed.expires,
    ...signersOf(authority),
    paths: delegation === undefined ? undefined : (delegation.paths ?? []),
    terminating: delegation?.terminating ?? false,
    targets: Object.values(document.signed.targets).map(({ path, length }) => ({ path, length })),
    ...is,
  };
}

function signersOf(authority: Authority): Pick<RoleView, 'threshold' | 'keys'> {
  const { keyIDs, threshold } = authority.role;
  const keys = keyIDs.map((keyid) => ({
    owner: ownerOf(authority, keyid),
    fingerprint: authorisedKey(authority, keyid)?.fingerprint,
  }));
  return { threshold, keys };
}
