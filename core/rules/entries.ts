import { isDelegated } from '../metadata/delegation-walk.ts';
import type { Policy } from '../metadata/policy.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import type { LoadedRole } from './repository.ts';

type Roles = ReadonlyMap<string, LoadedRole>;

/** The delegations on the way to a role, its own first; none for targets. */
export function delegationsTo(role: LoadedRole, roles: Roles): readonly DelegatedRole[] {
  const chain: DelegatedRole[] = [];
  let at: LoadedRole | undefined = role;
  while (at?.delegation !== undefined) {
    chain.push(at.delegation);
    at = roles.get(at.delegator);
  }
  return chain;
}

/**
 * The target paths of a role that count: those that every delegation on the way to it covers. Others
 * are what somebody took from it; no client finds them, and another role may have them by now. While
 * tough is listed there are none, for it would refuse the role (`path.outside-delegation`).
 */
export function pathsInForce(
  role: LoadedRole,
  roles: Roles,
  { clients }: Pick<Policy, 'clients'>,
): readonly string[] {
  const paths = Object.keys(role.document.signed.targets);
  if (clients.includes('tough')) return paths;
  const chain = delegationsTo(role, roles);
  return paths.filter((path) => chain.every((delegation) => isDelegated(delegation, path)));
}
