/** Which delegated roles the server signs, as targets says, and with which keys. */
import type { Document } from '../metadata/document.ts';
import type { JsonObject } from '../metadata/json.ts';
import type { Fingerprint } from '../metadata/keys.ts';
import { delegatedRoles } from '../metadata/model.ts';
import { authorisedKey } from '../metadata/threshold.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import type { LoadedRepository } from './repository.ts';

/** At the top of `signed` of targets: names of roles that it delegates to. */
export const onlineField = 'x-tuf-on-git-online';

/** The roles that targets marks as server-signed; undefined where the mark is malformed. */
export function onlineRoles(targets: Document<'targets'>): readonly string[] | undefined {
  const value = targets.signedJson[onlineField];
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const names = value.filter((name) => typeof name === 'string');
  return names.length === value.length && new Set(names).size === names.length ? names : undefined;
}

/** The same of a repository whose mark is well formed, as the gate demands. */
export function onlineRolesOf({ roles }: LoadedRepository): readonly string[] {
  const targets = roles.get('targets');
  return (targets && onlineRoles(targets.document)) ?? [];
}

/** Targets, with a mark more. */
export function markOnline(targets: JsonObject, role: string): JsonObject {
  const marked = targets[onlineField];
  return { ...targets, [onlineField]: [...(Array.isArray(marked) ? marked : []), role] };
}

/** Targets, without that mark. */
export function unmarkOnline(targets: JsonObject, role: string): JsonObject {
  const { [onlineField]: marked, ...rest } = targets;
  if (!Array.isArray(marked)) return targets;
  const left = marked.filter((name) => name !== role);
  return left.length === 0 ? rest : { ...rest, [onlineField]: left };
}

/** The keys of some of a role's delegations, each with the roles that it may sign. */
export function delegatedKeys(
  document: Document<'targets'>,
  isWanted: (role: DelegatedRole) => boolean,
): ReadonlyMap<Fingerprint, readonly string[]> {
  const keys = new Map<Fingerprint, string[]>();
  const listed = document.signed.delegations?.keys ?? {};
  for (const role of delegatedRoles(document.signed).filter(isWanted)) {
    for (const keyid of role.keyIDs) {
      const key = authorisedKey({ keys: listed, role }, keyid);
      if (key === undefined) continue;
      const names = keys.get(key.fingerprint) ?? [];
      keys.set(key.fingerprint, names.includes(role.name) ? names : [...names, role.name]);
    }
  }
  return keys;
}
