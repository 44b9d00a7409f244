/**
 * What a new version of a role changes, found by comparing JSON with JSON: whatever has no name of its own here ends
 * up in `others`, so that nothing is signed that was not shown.
 */
import type { Document } from '../../metadata/document.ts';
import { equalJson, isObject, type JsonObject, type JsonValue } from '../../metadata/json.ts';
import { policyField } from '../../metadata/policy.ts';

/** A role as it was and as it is to be. */
export interface ChangedRole {
  readonly name: string;
  /** Where the source tree keeps it. */
  readonly file: string;
  /** Undefined for a role that is new. */
  readonly before: Document | undefined;
  readonly after: Document;
}

/** Something that is there before, after, or on both sides and not the same. */
export interface Difference<T = JsonValue> {
  readonly name: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export interface RoleChange {
  readonly targets: readonly Difference<JsonObject>[];
  /** Delegated roles by name; of a root the top-level ones. */
  readonly delegations: readonly Difference<JsonObject>[];
  /** Keys beside the delegations, or those of a root, by keyid. */
  readonly keys: readonly Difference<JsonObject>[];
  /** Fields of `signed` that are none of the above, by name; type, version and expiry apart. */
  readonly others: readonly Difference[];
}

export function changeOf({ before, after }: Pick<ChangedRole, 'before' | 'after'>): RoleChange {
  const [from, to] = [partsOf(before?.signedJson ?? {}), partsOf(after.signedJson)];
  return {
    targets: differences(from.targets, to.targets).map(asObjects),
    delegations: differences(from.roles, to.roles).map(asObjects),
    keys: differences(from.keys, to.keys).map(asObjects),
    others: differences(from.others, to.others),
  };
}

/** The keys that a file carries, by keyid. */
export function keysIn(document: Document | undefined): JsonObject {
  return document === undefined ? {} : partsOf(document.signedJson).keys;
}

/** Names of the roles that a key signs, as far as the file that carries it says. */
export function rolesSignedBy(keyid: string, { signedJson }: Document): readonly string[] {
  return Object.entries(partsOf(signedJson).roles).flatMap(([name, role]) => {
    const keyids = isObject(role) ? role['keyids'] : undefined;
    return Array.isArray(keyids) && keyids.includes(keyid) ? [name] : [];
  });
}

/** Names that are not on both sides with the same value. */
export function differences(before: JsonObject, after: JsonObject): readonly Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [from, to] = [own(before, name), own(after, name)];
    return equalJson(from, to) ? [] : [{ name, before: from, after: to }];
  });
}

interface Parts {
  readonly targets: JsonObject;
  readonly keys: JsonObject;
  readonly roles: JsonObject;
  readonly others: JsonObject;
}

function partsOf(signed: JsonObject): Parts {
  return signed['_type'] === 'root' ? partsOfRoot(signed) : partsOfTargets(signed);
}

function partsOfRoot(signed: JsonObject): Parts {
  const { [policyField]: policy, ...rest } = signed;
  return {
    targets: {},
    keys: objectOf(signed['keys']),
    roles: objectOf(signed['roles']),
    others: {
      ...without(rest, ['_type', 'version', 'expires', 'keys', 'roles']),
      ...policyParts(policy),
    },
  };
}

function policyParts(policy: JsonValue | undefined): JsonObject {
  if (policy === undefined) return {};
  const hasParts = isObject(policy) && Object.keys(policy).length > 0;
  return hasParts ? prefixed('policy/', policy) : { [policyField]: policy };
}

function partsOfTargets(signed: JsonObject): Parts {
  const delegations = objectOf(signed['delegations']);
  const roles = Array.isArray(delegations['roles']) ? delegations['roles'].filter(isObject) : [];
  return {
    targets: objectOf(signed['targets']),
    keys: objectOf(delegations['keys']),
    roles: Object.fromEntries(roles.map((role) => [nameOf(role), role])),
    others: {
      ...without(signed, ['_type', 'version', 'expires', 'targets', 'delegations']),
      ...prefixed('delegations/', without(delegations, ['keys', 'roles'])),
      // Who is asked first decides who is believed (TUF 1.0.34 §5.6.7).
      ...(roles.length > 1 ? { 'order of delegations': roles.map(nameOf) } : {}),
    },
  };
}

function nameOf(role: JsonObject): string {
  return typeof role['name'] === 'string' ? role['name'] : '';
}

/** The object without these fields. */
export function without(json: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}

function prefixed(prefix: string, json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [prefix + name, value]));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function asObjects({ name, before, after }: Difference): Difference<JsonObject> {
  return {
    name,
    before: isObject(before) ? before : undefined,
    after: isObject(after) ? after : undefined,
  };
}

function own(json: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}
