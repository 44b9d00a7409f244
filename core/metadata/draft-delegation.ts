/** Drafts of delegations (TUF 1.0.34 §4.5): who may sign which paths, as a role's `signed` has it. */
import { fault } from '../error/error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { computeKeyId, parseKey, type KeyJson, type PublicKey } from './keys.ts';

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

function withKeys(keys: JsonObject, added: readonly PublicKey[]): JsonObject {
  const known = Object.entries(keys).map(([keyid, json]) => [keyid, fingerprintOf(json)] as const);
  for (const { json, fingerprint } of added) {
    const other = known.find(
      ([keyid, print]) => print === fingerprint && keyid !== computeKeyId(json),
    );
    if (other === undefined) continue;
    throw fault(
      'key.same-key',
      `key ${other[0].slice(0, 8)}`,
      'this key is listed in another form',
      {
        hint: 'give the key with the owner name that it has there',
      },
    );
  }
  const fresh = added.map(({ json }) => [computeKeyId(json), json] as const);
  return { ...keys, ...Object.fromEntries(fresh) };
}

/** Of a key that this version cannot read nothing is known, so it equals no other. */
function fingerprintOf(json: JsonValue): string | undefined {
  try {
    return parseKey(json as KeyJson).fingerprint;
  } catch {
    return undefined;
  }
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
  if (threshold >= 1 && threshold <= distinct) return;
  throw fault('delegation.threshold', where, `${threshold} of ${distinct} keys cannot sign`, {
    hint: 'a threshold is at least 1 and at most the number of keys',
  });
}
