/** Drafts of delegations (TUF 1.0.34 §4.5): who may sign which paths, as a role's `signed` has it. */
import { fault } from '../error/error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import {
  changeSigners,
  keyidsOf,
  refuseThreshold,
  withKeys,
  withoutUnused,
  type SignerLists,
  type SignersChange,
} from './draft-signers.ts';
import { computeKeyId, type PublicKey } from './keys.ts';

export interface NewDelegation {
  readonly name: string;
  /** Each is listed under the keyid that its JSON computes to. */
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
  readonly terminating: boolean;
  /** Patterns: at least one. */
  readonly paths: readonly string[];
}

/**
 * The delegator with one delegation more, behind those it has.
 * @throws `name.twin` when it has a role of that name; `delegation.threshold` when fewer distinct
 *   keys than the threshold are given; `key.same-key` when a key stands there under another keyid;
 *   `delegation.succinct-not-yet`; `delegation.form` without any path
 */
export function addDelegation(delegator: JsonObject, wanted: NewDelegation): JsonObject {
  const where = `role ${wanted.name}`;
  const given = delegator['delegations'];
  const before: JsonObject = isObject(given) ? given : { keys: {}, roles: [] };
  if (before['succinct_roles'] !== undefined) {
    throw fault('delegation.succinct-not-yet', where, 'its delegator delegates by succinct roles');
  }
  const roles = Array.isArray(before['roles']) ? before['roles'] : [];
  const keys = isObject(before['keys']) ? before['keys'] : {};
  refuseTwin(wanted.name, roles);
  refuseForm(wanted, where);
  const delegation: JsonObject = {
    name: wanted.name,
    keyids: wanted.keys.map(({ json }) => computeKeyId(json)),
    threshold: wanted.threshold,
    terminating: wanted.terminating,
    paths: [...wanted.paths],
  };
  const delegations = {
    ...before,
    keys: withKeys(keys, wanted.keys),
    roles: [...roles, delegation],
  };
  return { ...delegator, delegations };
}

export interface DelegationChange extends SignersChange {
  /** Patterns in the place of those there are; undefined: as they are. */
  readonly paths: readonly string[] | undefined;
}

/** The delegator, which delegates to that role otherwise. @throws as `changeSigners` */
export function changeDelegation(
  delegator: JsonObject,
  name: string,
  { paths, ...signers }: DelegationChange,
): JsonObject {
  const { keys, roles } = changeSigners(listsOf(delegator), name, signers);
  const role = roles.get(name) ?? {};
  const after = paths === undefined ? role : { ...role, paths: [...paths] };
  return withLists(delegator, { keys, roles: new Map(roles).set(name, after) });
}

/** The delegator without that delegation, and without the keys that served nothing else. */
export function dropDelegation(delegator: JsonObject, name: string): JsonObject {
  const { keys, roles } = listsOf(delegator);
  const after = new Map([...roles].filter(([role]) => role !== name));
  const left = withoutUnused(keys, keyidsOf(roles.get(name) ?? {}), after);
  if (after.size > 0) return withLists(delegator, { keys: left, roles: after });
  return Object.fromEntries(Object.entries(delegator).filter(([field]) => field !== 'delegations'));
}

function listsOf(delegator: JsonObject): SignerLists {
  const { keys, roles } = isObject(delegator['delegations']) ? delegator['delegations'] : {};
  const all = Array.isArray(roles) ? roles.filter(isObject) : [];
  const named = all.flatMap((role) =>
    typeof role['name'] === 'string' ? [[role['name'], role] as const] : [],
  );
  return { keys: isObject(keys) ? keys : {}, roles: new Map(named) };
}

function withLists(delegator: JsonObject, { keys, roles }: SignerLists): JsonObject {
  const before = isObject(delegator['delegations']) ? delegator['delegations'] : {};
  return { ...delegator, delegations: { ...before, keys, roles: [...roles.values()] } };
}

function refuseTwin(name: string, roles: readonly JsonValue[]): void {
  const isTwin = (role: JsonValue) =>
    isObject(role) &&
    typeof role['name'] === 'string' &&
    role['name'].toLowerCase() === name.toLowerCase();
  if (roles.some(isTwin)) throw fault('name.twin', `role ${name}`, 'there is a role of that name');
}

function refuseForm({ keys, threshold, paths }: NewDelegation, where: string): void {
  if (paths.length === 0) throw fault('delegation.form', where, 'it has no paths');
  const distinct = new Set(keys.map(({ fingerprint }) => fingerprint)).size;
  if (distinct < keys.length) {
    throw fault('key.same-key', where, 'the same key is given twice');
  }
  refuseThreshold(threshold, distinct, where);
}
