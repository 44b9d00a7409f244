import { fault } from '../error/error.ts';
import type { topLevelRoles } from './names.ts';
import { authorisedKey, type Authority } from './threshold.ts';
import type { Role, Root, Targets } from './tufjs.ts';

/** Who may sign a top-level role, as this root says. */
export function rootAuthority(root: Root, name: (typeof topLevelRoles)[number]): Authority {
  const role = root.roles[name];
  if (role === undefined) throw fault('json.shape', 'root.json', `it has no role ${name}`);
  return { keys: root.keys, role };
}

/** Who may sign a delegated role, as this delegator says; undefined when it does not delegate to it. */
export function delegatedAuthority(delegator: Targets, name: string): Authority | undefined {
  const { keys = {}, roles = {}, succinctRoles } = delegator.delegations ?? {};
  const role: Role | undefined = Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (role !== undefined) return { keys, role };
  return succinctRoles?.isDelegatedRole(name) === true ? { keys, role: succinctRoles } : undefined;
}

/** True when a timestamp or snapshot key of `before` is none in `after`, by key and not by keyid. */
export function losesOnlineKey(before: Root, after: Root): boolean {
  return (['timestamp', 'snapshot'] as const).some((name) => {
    const kept = new Set(identities(rootAuthority(after, name)));
    return identities(rootAuthority(before, name)).some((identity) => !kept.has(identity));
  });
}

function identities(authority: Authority): readonly string[] {
  return authority.role.keyIDs.map((id) => authorisedKey(authority, id)?.fingerprint ?? id);
}
