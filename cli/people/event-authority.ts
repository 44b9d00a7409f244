import { fault } from '../../core/error/error.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { Authority } from '../../core/metadata/threshold.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import { loadRepository, type LoadedRepository } from '../../core/rules/repository.ts';
import { unknownRole } from '../workspace/drafts.ts';
import type { SigningEvent } from '../workspace/event.ts';
import { keyidFor } from '../workspace/own-keys.ts';

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
  const { root, roles } = repository;
  if (role === 'root' || role === 'targets') {
    return { authority: rootAuthority(root.signed, role), delegator: 'root' };
  }
  const found = roles.get(role);
  if (found === undefined) throw unknownRole(role);
  if (!onlineRolesOf(repository).includes(role)) return found;
  throw fault('usage.argument', `role ${role}`, 'the server signs it, and no person');
}

export function isSignedBy({ authority }: RoleSigners, key: PublicKey): boolean {
  return keyidFor(authority, key) !== undefined;
}
