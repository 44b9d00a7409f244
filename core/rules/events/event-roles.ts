/** The roles of a signing event: who may sign each, by the event's own state, and who has. */
import { rootAuthority } from '../../metadata/authority.ts';
import type { Document } from '../../metadata/document.ts';
import type { Authority } from '../../metadata/threshold.ts';
import { loadAffected, type Affected } from '../affected/affected.ts';
import { hasOtherAuthority } from '../affected/other-delegation.ts';
import type { Candidate } from './candidate.ts';
import type { DocumentCache } from '../repository.ts';
import { signatureStatus, type SignatureStatus } from '../signature-status.ts';
import { roleFile, rootFile, rootHistoryFile } from '../state.ts';

export interface EventRole {
  readonly name: string;
  readonly file: string;
  /** Undefined for root. */
  readonly delegator: string | undefined;
  /** Undefined for a role that the event takes away. */
  readonly document: Document | undefined;
  /**
   * One for most roles; for root N+1 the keys of N and then those of N+1; none for a role that goes.
   */
  readonly authorities: readonly RoleAuthority[];
  /** True when `main` has moved on: the role has to be made and signed again. */
  readonly isStale: boolean;
  /**
   * True for a role that the event leaves as it is, though its delegator now asks for signatures that
   * it does not have: a next version has to be made of it.
   */
  readonly isLeftBehind: boolean;
}

export interface RoleAuthority extends Authority {
  /** Of a root: the version whose keys these are. */
  readonly keysOfRoot?: number;
}

/**
 * Root first, one for each new version, then from targets down.
 * @throws what makes the candidate no repository; nothing for one that the rules have passed
 */
export async function readEventRoles(
  candidate: Candidate,
  cache: DocumentCache = new Map(),
): Promise<readonly EventRole[]> {
  const { ground, state, changes } = candidate;
  const affected = await loadAffected(ground, state, changes, { cache, isTip: false, context: {} });
  return [
    ...rootRoles(affected, candidate),
    ...changedRoles(affected, candidate),
    ...goneRoles(affected, candidate),
  ];
}

/** Who has signed and who is missing, for each threshold that the role has to meet. */
export function roleStatuses({
  name,
  document,
  authorities,
}: Pick<EventRole, 'name' | 'document' | 'authorities'>): SignatureStatus[] {
  if (document === undefined) return [];
  return authorities.map((authority) => {
    const { keysOfRoot } = authority;
    const whose = keysOfRoot === undefined ? {} : { keysOfRoot };
    return signatureStatus({ name, after: document, authority, ...whose });
  });
}

/** Who may sign a root: the keys of the version before, where there is one, and its own. */
export function rootAuthorities(
  before: Document<'root'> | undefined,
  { signed }: Document<'root'>,
): readonly RoleAuthority[] {
  const { version } = signed;
  const own = { ...rootAuthority(signed, 'root'), keysOfRoot: version };
  if (before === undefined) return [own];
  return [{ ...rootAuthority(before.signed, 'root'), keysOfRoot: version - 1 }, own];
}

/** True when every role that the event changes has its threshold, and `main` waits for each. */
export function isComplete(roles: readonly EventRole[]): boolean {
  if (roles.length === 0 || roles.some(({ isStale }) => isStale)) return false;
  return roles.flatMap(roleStatuses).every((status) => status.isComplete);
}

/** True when nobody is left who could sign: for root all of the new keys, the threshold of the old. */
export function hasEverySignature(roles: readonly EventRole[]): boolean {
  return roles.every((role) =>
    roleStatuses(role).every(({ isComplete, missing, keysOfRoot, version }) =>
      keysOfRoot === undefined || keysOfRoot === version ? missing.length === 0 : isComplete,
    ),
  );
}

function rootRoles(
  { repository: { roots }, rootBefore }: Affected,
  { stale }: Candidate,
): readonly EventRole[] {
  return roots.slice(rootBefore?.signed.version ?? 0).map((root) => {
    const { version } = root.signed;
    return {
      name: 'root',
      file: rootHistoryFile(version),
      delegator: undefined,
      document: root,
      authorities: rootAuthorities(roots[version - 2], root),
      isStale: stale.has(rootFile),
      isLeftBehind: false,
    };
  });
}

function changedRoles(affected: Affected, { stale }: Candidate): readonly EventRole[] {
  return [...affected.repository.roles.values()].flatMap((role) => {
    const { name, file, delegator, document, authority } = role;
    const isChanged = affected.changed.has(name);
    if (!isChanged && !hasOtherAuthority(affected, role)) return [];
    const { isComplete } = signatureStatus({ name, after: document, authority });
    if (!isChanged && isComplete) return [];
    const authorities = [authority];
    const isStale = stale.has(file);
    return [{ name, file, delegator, document, authorities, isStale, isLeftBehind: !isChanged }];
  });
}

function goneRoles({ changed }: Affected, { stale }: Candidate): readonly EventRole[] {
  return [...changed.values()].flatMap(({ name, file, after }) => {
    if (after !== undefined) return [];
    const delegator = [...changed.values()].find((role) => role.delegations().has(name))?.name;
    const isStale = stale.has(roleFile(name));
    return [
      {
        name,
        file,
        delegator,
        document: undefined,
        authorities: [],
        isStale,
        isLeftBehind: false,
      },
    ];
  });
}
