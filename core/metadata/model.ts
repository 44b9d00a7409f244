/**
 * `@tufjs/models`, filled and emptied in linear time.
 *
 * The library's own `fromJSON` and `toJSON` copy a map once per entry, which makes 16,384 roles or a
 * million targets quadratic, and they put names from the wire on objects with a prototype. Its
 * classes are used as they are; only the maps are built here, without a prototype. Delegations are
 * kept in an array beside the library's map, because a JavaScript object sorts integer-like names
 * to the front and the order of delegations decides who is asked first (TUF 1.0.34 §4.5).
 */
import {
  DelegatedRole,
  Delegations,
  Key,
  MetaFile,
  Role,
  Root,
  Signed,
  Snapshot,
  SuccinctRoles,
  TargetFile,
  Targets,
  Timestamp,
} from './tufjs.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

export interface SignedOf {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}
export type RoleType = keyof SignedOf;

/** The typed form of a `signed` object. @throws TypeError or the library's ValueError on a wrong shape. */
export const fromJson: { readonly [T in RoleType]: (json: JsonObject) => SignedOf[T] } = {
  root: (json) => {
    const { common, rest } = commonFields(json);
    const { keys, roles, consistent_snapshot: consistentSnapshot, ...unrecognizedFields } = rest;
    // §4.3: absent from old metadata, and then there are none (§6.2.1)
    if (consistentSnapshot !== undefined && typeof consistentSnapshot !== 'boolean') {
      throw new TypeError('consistent_snapshot must be true or false');
    }
    return new Root({
      ...common,
      keys: mapOf(keys, 'keys', keyFromJson),
      roles: mapOf(roles, 'roles', roleFromJson),
      consistentSnapshot: consistentSnapshot ?? false,
      unrecognizedFields,
    });
  },
  timestamp: (json) => {
    const { common, rest } = commonFields(json);
    const { meta, ...unrecognizedFields } = rest;
    if (!isObject(meta) || !Object.hasOwn(meta, 'snapshot.json')) {
      throw new TypeError('meta must name snapshot.json');
    }
    const snapshotMeta = metaFile(object(meta['snapshot.json'], 'meta/snapshot.json'));
    return new Timestamp({ ...common, snapshotMeta, unrecognizedFields });
  },
  snapshot: (json) => {
    const { common, rest } = commonFields(json);
    const { meta, ...unrecognizedFields } = rest;
    return new Snapshot({ ...common, meta: mapOf(meta, 'meta', metaFile), unrecognizedFields });
  },
  targets: (json) => {
    const { common, rest } = commonFields(json);
    const { targets, delegations, ...unrecognizedFields } = rest;
    return new Targets({
      ...common,
      targets: mapOf(targets, 'targets', targetFile),
      ...(delegations === undefined ? {} : { delegations: delegationsFromJson(delegations) }),
      unrecognizedFields,
    });
  },
};

/**
 * What the model makes of a document, as JSON again: equal in canonical form to what came in, or the
 * model and the bytes disagree (`json.disagreement`).
 */
export function toJson(signed: SignedOf[RoleType]): JsonObject {
  const common = {
    ...signed.unrecognizedFields,
    _type: signed.type as string,
    spec_version: signed.specVersion,
    version: signed.version,
    expires: signed.expires,
  };
  if (signed instanceof Root) {
    return {
      ...common,
      consistent_snapshot: signed.consistentSnapshot,
      keys: mapToJson(signed.keys),
      roles: mapToJson(signed.roles),
    };
  }
  if (signed instanceof Snapshot) return { ...common, meta: mapToJson(signed.meta) };
  if (signed instanceof Timestamp) {
    return { ...common, meta: { 'snapshot.json': signed.snapshotMeta.toJSON() } };
  }
  const targets = mapToJson(signed.targets);
  return signed.delegations === undefined
    ? { ...common, targets }
    : { ...common, targets, delegations: delegationsToJson(signed.delegations) };
}

const orderedRoles = new WeakMap<Delegations, readonly DelegatedRole[]>();

/** The delegated roles in the order of the file, which is the order of the search. */
export function delegatedRoles(targets: Targets): readonly DelegatedRole[] {
  return targets.delegations === undefined ? [] : rolesInOrder(targets.delegations);
}

function rolesInOrder(delegations: Delegations): readonly DelegatedRole[] {
  return orderedRoles.get(delegations) ?? Object.values(delegations.roles ?? {});
}

function delegationsFromJson(value: JsonValue): Delegations {
  const {
    keys,
    roles,
    succinct_roles: succinct,
    ...unrecognizedFields
  } = object(value, 'delegations');
  if (roles !== undefined && succinct !== undefined) {
    throw new TypeError('delegations must not hold both roles and succinct_roles');
  }
  const inOrder = roles === undefined ? undefined : array(roles, 'roles').map(delegatedRole);
  const delegations = new Delegations({
    keys: mapOf(keys, 'delegations/keys', keyFromJson),
    ...(inOrder === undefined ? {} : { roles: byName(inOrder) }),
    ...(succinct === undefined
      ? {}
      : { succinctRoles: SuccinctRoles.fromJSON(object(succinct, 'succinct_roles')) }),
    unrecognizedFields,
  });
  if (inOrder !== undefined) orderedRoles.set(delegations, inOrder);
  return delegations;
}

function delegationsToJson(delegations: Delegations): JsonObject {
  const common = { ...delegations.unrecognizedFields, keys: mapToJson(delegations.keys) };
  if (delegations.roles !== undefined) {
    return { ...common, roles: rolesInOrder(delegations).map((role) => role.toJSON()) };
  }
  if (delegations.succinctRoles === undefined) return common;
  return { ...common, succinct_roles: delegations.succinctRoles.toJSON() };
}

function delegatedRole(value: JsonValue): DelegatedRole {
  const json = object(value, 'delegations/roles');
  checkThreshold(json);
  if (json['name'] === '') throw new TypeError('a delegated role needs a name');
  // both may be absent in §4.5: without paths it covers none, and its own example has no terminating
  if (json['paths'] !== undefined && json['path_hash_prefixes'] !== undefined) {
    throw new TypeError('paths and path_hash_prefixes exclude each other');
  }
  const { terminating = false } = json;
  return DelegatedRole.fromJSON({ ...json, terminating });
}

function byName(roles: readonly DelegatedRole[]): Record<string, DelegatedRole> {
  const map = emptyMap<DelegatedRole>();
  for (const role of roles) {
    if (Object.hasOwn(map, role.name)) throw new TypeError('two delegations name the same role');
    map[role.name] = role;
  }
  return map;
}

/** What is in `keyval` depends on the type, of which there are more than are known here (§4.2.2). */
function keyFromJson(json: JsonObject, keyID: string): Key {
  const { keytype, scheme, keyval, ...unrecognizedFields } = json;
  if (typeof keytype !== 'string' || typeof scheme !== 'string') {
    throw new TypeError('a key needs a keytype and a scheme');
  }
  const keyVal = object(keyval, 'keyval') as Record<string, string>;
  return new Key({ keyID, keyType: keytype, scheme, keyVal, unrecognizedFields });
}

function roleFromJson(json: JsonObject): Role {
  checkThreshold(json);
  return Role.fromJSON(json);
}

function checkThreshold(json: JsonObject): void {
  if (!Number.isSafeInteger(json['threshold'])) throw new TypeError('threshold must be an integer');
}

function metaFile(json: JsonObject): MetaFile {
  checkCount(json['version'], 'version');
  if (json['length'] !== undefined) checkCount(json['length'], 'length');
  return MetaFile.fromJSON(json);
}

function targetFile(json: JsonObject, path: string): TargetFile {
  checkCount(json['length'], 'length');
  const hashes = object(json['hashes'], 'hashes');
  if (Object.keys(hashes).length === 0) throw new TypeError('a target needs at least one hash');
  return TargetFile.fromJSON(path, json);
}

function checkCount(value: JsonValue | undefined, name: string): void {
  if (!Number.isSafeInteger(value) || Number(value) < 0) {
    throw new TypeError(`${name} must be an integer, 0 or more`);
  }
}

/** `YYYY-MM-DDTHH:MM:SSZ` (§4.2.3); go-tuf wrote parts of seconds and other zones, too. */
const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function commonFields(json: JsonObject) {
  const { unrecognizedFields, ...common } = Signed.commonFieldsFromJSON(json);
  const rest: Record<string, JsonValue> = { ...unrecognizedFields };
  delete rest['_type'];
  // the library takes an empty one for its own version
  if (!/^\d+\.\d+(\.\d+)?$/.test(common.specVersion)) {
    throw new TypeError('spec_version must be numbers, as in 1.0.34');
  }
  if (!Number.isSafeInteger(common.version) || common.version < 1) {
    throw new TypeError('version must be an integer, 1 or more');
  }
  if (!isInstant(common.expires)) {
    throw new TypeError('expires must be a real instant, as in 2030-01-31T00:00:00Z');
  }
  return { common, rest };
}

function isInstant(text: string): boolean {
  const [, local = ''] = instant.exec(text) ?? [];
  const time = Date.parse(`${local}Z`); // which moves a 30th of February to March
  if (Number.isNaN(time) || Number.isNaN(Date.parse(text))) return false;
  return new Date(time).toISOString() === `${local}.000Z`;
}

function mapOf<T>(
  value: JsonValue | undefined,
  name: string,
  convert: (json: JsonObject, key: string) => T,
): Record<string, T> {
  const map = emptyMap<T>();
  for (const [key, entry] of Object.entries(object(value, name))) {
    map[key] = convert(object(entry, name), key);
  }
  return map;
}

function mapToJson(map: Record<string, { toJSON(): JsonObject }>): JsonObject {
  const json = emptyMap<JsonValue>();
  for (const [key, entry] of Object.entries(map)) json[key] = entry.toJSON();
  return json;
}

function emptyMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function object(value: JsonValue | undefined, name: string): JsonObject {
  if (!isObject(value)) throw new TypeError(`${name} must be an object`);
  return value;
}

function array(value: JsonValue, name: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array`);
  return value;
}
