/**
 * Drafts of who signs a role: keys that come, go and take each other's place, in what a delegator or
 * root lists. Values in, values out.
 */
import { fault } from '../error/error.ts';
import type { JsonObject, JsonValue } from './json.ts';
import {
  computeKeyId,
  keyOwner,
  parseKey,
  withOwner,
  type KeyJson,
  type PublicKey,
} from './keys.ts';

/** Keys by keyid and the roles that name them: what root and `delegations` both hold. */
export interface SignerLists {
  readonly keys: JsonObject;
  readonly roles: ReadonlyMap<string, JsonObject>;
}

export interface SignersChange {
  readonly add: readonly PublicKey[];
  /** Keyids that go; those that the role does not name are passed over. */
  readonly remove: readonly string[];
  /** Keys by the keyid of the one whose place they take. One without an owner gets that of the other. */
  readonly replace: ReadonlyMap<string, PublicKey>;
  /** Undefined: as it is. */
  readonly threshold: number | undefined;
}

/**
 * @param name of one of the roles
 * @throws `key.same-key` for a key that is listed already; `delegation.threshold` for a threshold that
 *   the keys cannot reach
 */
export function changeSigners(
  { keys, roles }: SignerLists,
  name: string,
  change: SignersChange,
): SignerLists {
  const role = roles.get(name) ?? {};
  const before = keyidsOf(role);
  const left = before.filter((keyid) => !change.remove.includes(keyid));
  const replacing = left.map((keyid) => replacementOf(keyid, keys, change));
  const keyids = [
    ...left.map((keyid, index) => idOf(replacing[index]) ?? keyid),
    ...change.add.map(({ json }) => computeKeyId(json)),
  ];
  refuseTwice(keyids, name);
  const threshold = change.threshold ?? role['threshold'] ?? 1;
  refuseThreshold(Number(threshold), keyids.length, `role ${name}`);
  const after = new Map(roles).set(name, { ...role, keyids: [...keyids], threshold });
  const added = [...replacing.filter((key) => key !== undefined), ...change.add];
  return { keys: withKeys(withoutUnused(keys, before, after), added), roles: after };
}

/** Takes away those keys that no role names any more. @param keyids those that may go */
export function withoutUnused(
  keys: JsonObject,
  keyids: readonly string[],
  roles: SignerLists['roles'],
): JsonObject {
  const used = new Set([...roles.values()].flatMap(keyidsOf));
  const isLeft = (keyid: string) => used.has(keyid) || !keyids.includes(keyid);
  return Object.fromEntries(Object.entries(keys).filter(([keyid]) => isLeft(keyid)));
}

/** @throws `key.same-key` for a key that stands there under another keyid */
export function withKeys(keys: JsonObject, added: readonly PublicKey[]): JsonObject {
  const known = Object.entries(keys).map(([keyid, json]) => [keyid, fingerprintOf(json)] as const);
  for (const { json, fingerprint } of added) {
    const other = known.find(
      ([keyid, print]) => print === fingerprint && keyid !== computeKeyId(json),
    );
    if (other === undefined) continue;
    const where = `key ${other[0].slice(0, 8)}`;
    throw fault('key.same-key', where, 'this key is listed in another form', {
      hint: 'give the key with the owner name that it has there',
    });
  }
  const fresh = added.map(({ json }) => [computeKeyId(json), json] as const);
  return { ...keys, ...Object.fromEntries(fresh) };
}

/** @throws `delegation.threshold` */
export function refuseThreshold(threshold: number, keys: number, where: string): void {
  if (threshold >= 1 && threshold <= keys) return;
  throw fault('delegation.threshold', where, `${threshold} of ${keys} keys cannot sign`, {
    hint: 'a threshold is at least 1 and at most the number of keys',
  });
}

/** The keyids that a role names. */
export function keyidsOf(role: JsonObject): readonly string[] {
  const keyids = role['keyids'];
  return Array.isArray(keyids) ? keyids.filter((keyid) => typeof keyid === 'string') : [];
}

function replacementOf(
  keyid: string,
  keys: JsonObject,
  { replace }: SignersChange,
): PublicKey | undefined {
  const key = replace.get(keyid);
  const owner = keyOwner((keys[keyid] ?? {}) as KeyJson);
  if (key === undefined || owner === undefined || keyOwner(key.json) !== undefined) return key;
  return withOwner(key, owner);
}

function idOf(key: PublicKey | undefined): string | undefined {
  return key && computeKeyId(key.json);
}

function refuseTwice(keyids: readonly string[], name: string): void {
  const twice = keyids.find((keyid, index) => keyids.indexOf(keyid) !== index);
  if (twice === undefined) return;
  throw fault('key.same-key', `key ${twice.slice(0, 8)}`, `${name} is signed by this key already`);
}

/** Of a key that this version cannot read nothing is known, so it equals no other. */
function fingerprintOf(json: JsonValue): string | undefined {
  try {
    return parseKey(json as KeyJson).fingerprint;
  } catch {
    return undefined;
  }
}
