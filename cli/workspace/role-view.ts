import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { LoadedRole } from '../../core/rules/repository.ts';
import { authorisedKey, ownerOf } from '../../core/metadata/threshold.ts';
import type { WorkingState } from './drafts.ts';

/** A role as people ask about it: who signs it, for what, until when. */
export interface RoleView {
  readonly role: string;
  readonly delegator: string;
  readonly version: number;
  readonly expires: string;
  readonly threshold: number;
  readonly keys: readonly { readonly owner: string; readonly fingerprint: string | undefined }[];
  /** Undefined for targets, which may list every path. */
  readonly paths: readonly string[] | undefined;
  readonly terminating: boolean;
  /** Whether the server signs it. */
  readonly isOnline: boolean;
  readonly targets: readonly { readonly path: string; readonly length: number }[];
  /** True while the working tree has a version that main has not. */
  readonly isDraft: boolean;
}

export function roleViews({ repository, drafts }: WorkingState): readonly RoleView[] {
  const online = onlineRolesOf(repository);
  return [...repository.roles.values()].map((role) =>
    roleView(role, {
      isDraft: drafts.some(({ name }) => name === role.name),
      isOnline: online.includes(role.name),
    }),
  );
}

function roleView(role: LoadedRole, is: Pick<RoleView, 'isDraft' | 'isOnline'>): RoleView {
  const { authority, delegation, document } = role;
  return {
    role: role.name,
    delegator: role.delegator,
    version: document.signed.version,
    expires: document.signed.expires,
    threshold: authority.role.threshold,
    keys: authority.role.keyIDs.map((keyid) => ({
      owner: ownerOf(authority, keyid),
      fingerprint: authorisedKey(authority, keyid)?.fingerprint,
    })),
    paths: delegation === undefined ? undefined : (delegation.paths ?? []),
    terminating: delegation?.terminating ?? false,
    targets: Object.values(document.signed.targets).map(({ path, length }) => ({ path, length })),
    ...is,
  };
}
