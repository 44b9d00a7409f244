import { fault } from '../../core/error/error.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { Authority } from '../../core/metadata/threshold.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import { loadRepository, type LoadedRepository } from '../../core/rules/repository.ts';
import { unknownRole } from '../workspace/drafts.ts';
import type { SigningEvent } from './event.ts';
import { keyidFor, type OwnKey } from '../workspace/own-keys.ts';

/** Who signs a role, and by whose metadata. */
export interface RoleSigners {
  readonly authority: Authority;
  readonly delegator: string;
}

/** The roles as the event would leave them. */
export function repositoryOf({ candidate, main }: SigningEvent): Promise<LoadedRepository> {
  return loadRepository(candidate.state, main.cache);
}

/** @throws `usage.argument` for a role that is not there, or that no person signs */
export function signersOf(repository: LoadedRepository, role: string): RoleSigners {
  const found = findSigners(repository, role);
  if (found !== undefined) return found;
  if (!repository.roles.has(role)) throw unknownRole(role);
  throw fault('usage.argument', `role ${role}`, 'the server signs it, and no person');
}

/** Undefined for a role that is not there, or that no person signs. */
export function findSigners(repository: LoadedRepository, role: string): RoleSigners | undefined {
  if (role === 'root' || role === 'targets') {
    const authority = rootAuthority(repository.root.signed, role);
    return { authority, delegator: 'root' };
  }
  return onlineRolesOf(repository).includes(role) ? undefined : repository.roles.get(role);
}

export function isSignedBy({ authority }: Pick<RoleSigners, 'authority'>, key: PublicKey): boolean {
  return keyidFor(authority, key) !== undefined;
}

/**
 * Whether one of the keys may change a role in the event: of root one of those that main trusts, for
 * whoever is not among them yet may sign a change, but make none.
 */
export function mayChange(
  { main }: SigningEvent,
  repository: LoadedRepository,
  role: string,
  keys: readonly OwnKey[],
): boolean {
  const signers = findSigners(role === 'root' ? main.repository : repository, role);
  return signers !== undefined && keys.some(({ key }) => isSignedBy(signers, key));
}
