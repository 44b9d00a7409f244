/** Looking into the JSON of a draft, and changing it. */
import type { JsonObject, JsonValue } from '../../../core/metadata/json.ts';
import type { Draft } from './draft.ts';
import {
  delegationsIn,
  entriesOf,
  everyMatcher,
  findingRole,
  type DelegationJson,
} from './reference-walk.ts';

export interface DelegationsJson {
  readonly keys: Record<string, JsonValue>;
  roles: DelegationJson[];
}

export interface Listed {
  readonly role: string;
  readonly path: string;
}

export function editDelegations(draft: Draft, role: string): DelegationsJson {
  const signed = draft.edit(role);
  return (signed['delegations'] ??= { keys: {}, roles: [] }) as unknown as DelegationsJson;
}

export function editTargets(draft: Draft, role: string): Record<string, JsonObject> {
  return draft.edit(role)['targets'] as Record<string, JsonObject>;
}

/** Every entry of every role. */
export function listedTargets(draft: Draft): readonly Listed[] {
  return draft.roles().flatMap((role) => {
    return Object.keys(entriesOf(draft.signed(role))).map((path) => ({ role, path }));
  });
}

/** Whether every kind of client finds that entry, and no other of its path. */
export function isFound(draft: Draft, { role, path }: Listed): boolean {
  const signedOf = (name: string) => draft.signed(name);
  return everyMatcher.every((matcher) => findingRole(signedOf, path, matcher) === role);
}

/** How the role was delegated; undefined for `targets`. */
export function delegationOf(draft: Draft, role: string): DelegationJson | undefined {
  const delegator = draft.delegatorOf(role);
  if (delegator === undefined) return undefined;
  return delegationsIn(draft.signed(delegator)).find(({ name }) => name === role);
}

/** How far below `targets` a role is. */
export function levelOf(draft: Draft, role: string): number {
  const delegator = draft.delegatorOf(role);
  return delegator === undefined ? 0 : 1 + levelOf(draft, delegator);
}
