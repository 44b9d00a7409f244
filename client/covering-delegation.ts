import { createHash } from 'node:crypto';
import { matchesPattern } from '../core/metadata/pattern.ts';
import type { DelegatedRole, Targets } from '../core/metadata/tufjs.ts';

/**
 * By what a delegation covers one target path (TUF 1.0.34 §4.5, TAP 15): one of `paths`,
 * `pathHashPrefixes` and `succinctRoles`.
 */
export interface CoveringDelegation {
  /** True when the search asks nobody behind this role. */
  readonly terminating: boolean;
  /** Of the delegation's patterns, those that match the path. */
  readonly paths?: readonly string[];
  /** Of the delegation's prefixes, in hex, those that the SHA-256 of the path begins with. */
  readonly pathHashPrefixes?: readonly string[];
  /** All paths, divided by their hashes among 2 to the power of `bitLength` roles. */
  readonly succinctRoles?: { readonly namePrefix: string; readonly bitLength: number };
}

/** Undefined when the delegator does not delegate to that role. */
export function coveringDelegation(
  { delegations }: Targets,
  role: string,
  path: string,
): CoveringDelegation | undefined {
  const { roles = {}, succinctRoles } = delegations ?? {};
  const delegated = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (delegated !== undefined) return covering(delegated, path);
  if (succinctRoles?.isDelegatedRole(role) !== true) return undefined;
  const { namePrefix, bitLength } = succinctRoles;
  return { terminating: true, succinctRoles: { namePrefix, bitLength } };
}

function covering(
  { paths, pathHashPrefixes = [], terminating }: DelegatedRole,
  path: string,
): CoveringDelegation {
  if (paths !== undefined) {
    return { terminating, paths: paths.filter((pattern) => matchesPattern(path, pattern)) };
  }
  const digest = createHash('sha256').update(path).digest('hex');
  const prefixes = pathHashPrefixes.filter((prefix) => digest.startsWith(prefix));
  return { terminating, pathHashPrefixes: prefixes };
}
