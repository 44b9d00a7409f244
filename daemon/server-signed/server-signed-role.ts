import { readState } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { onlineRoles } from '../../core/rules/online-roles.ts';
import {
  everything,
  loadRoles,
  loadRoot,
  type LoadedRole,
  type Scope,
} from '../../core/rules/repository.ts';

/** A delegated role that the server signs, as one commit has it. */
export interface ServerSignedRole {
  readonly root: Document<'root'>;
  readonly role: LoadedRole;
}

/**
 * The role of that name where targets marks it as server-signed; undefined for any other.
 * @param commit judged by the gate
 */
export async function serverSignedRoleAt(
  git: BareRepository,
  commit: ObjectId,
  name: string,
): Promise<ServerSignedRole | undefined> {
  const state = await readState(git, commit);
  const root = await loadRoot(state, new Map());
  const only: Scope = (_, delegation) => (delegation.name === name ? everything : undefined);
  const roles = await loadRoles(state, root, only, new Map());
  const [targets, role] = [roles.get('targets'), roles.get(name)];
  const marked = targets && onlineRoles(targets.document);
  if (role?.delegator !== 'targets' || marked?.includes(name) !== true) return undefined;
  return { root, role };
}
