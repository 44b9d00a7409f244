/**
 * What a role says after two changes of it: one that was made, and one that came to `main` meanwhile.
 *
 * Names that only one side changed take that side. Targets, keys and whatever else has no parts here are
 * taken whole, so that no entry is made that nobody wrote. Lists of keyids and of server-signed roles
 * are sets; delegated roles go by name, in the order that `main` has, new ones behind them.
 */
import { equalJson, isObject, type JsonObject, type JsonValue } from './json.ts';
import { policyField } from './policy.ts';

export interface Merged {
  readonly signed: JsonObject;
  /** Where both sides say something else of one thing, as `delegations/roles/bob/threshold`. */
  readonly conflicts: readonly string[];
}

/**
 * Version and expiry are those of `theirs`.
 * @param base the version that both sides began at; undefined for a role that it did not have
 */
export function mergeSigned(
  base: JsonObject | undefined,
  ours: JsonObject,
  theirs: JsonObject,
): Merged {
  const conflicts: string[] = [];
  const { version = 0, expires = '' } = theirs;
  const timeless = (signed: JsonObject) => ({ ...signed, version, expires });
  const sides = { base: timeless(base ?? {}), ours: timeless(ours), theirs };
  return { signed: mergeNames('', sides, conflicts), conflicts };
}

interface Sides<T> {
  readonly base: T;
  readonly ours: T;
  readonly theirs: T;
}

/** In these every name goes its own way. */
const isDivided = new RegExp(
  `^(targets|keys|roles|roles/[^/]+|${policyField}|delegations|delegations/keys|delegations/roles/[^/]+)$`,
);
const isSet = /^((delegations\/)?roles\/[^/]+\/keyids|x-tuf-on-git-online)$/;
const namedRoles = 'delegations/roles';

function merge(
  at: string,
  sides: Sides<JsonValue | undefined>,
  conflicts: string[],
): JsonValue | undefined {
  const { base, ours, theirs } = sides;
  if (equalJson(ours, base) || equalJson(ours, theirs)) return theirs;
  if (equalJson(theirs, base)) return ours;
  if (isDivided.test(at) && isObject(ours) && isObject(theirs)) {
    return mergeNames(at, { base: isObject(base) ? base : {}, ours, theirs }, conflicts);
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const lists = { base: Array.isArray(base) ? base : [], ours, theirs };
    if (isSet.test(at)) return mergeSets(lists);
    if (at === namedRoles) return mergeRoles(lists, conflicts);
  }
  conflicts.push(at);
  return theirs;
}

function mergeNames(
  at: string,
  { base, ours, theirs }: Sides<JsonObject>,
  conflicts: string[],
): JsonObject {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  const merged = [...names].flatMap((name) => {
    const sides = { base: own(base, name), ours: own(ours, name), theirs: own(theirs, name) };
    const value = merge(at === '' ? name : `${at}/${name}`, sides, conflicts);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(merged);
}

function mergeSets({ base, ours, theirs }: Sides<readonly JsonValue[]>): JsonValue[] {
  const isIn = (list: readonly JsonValue[], value: JsonValue) =>
    list.some((each) => equalJson(each, value));
  const left = theirs.filter((value) => isIn(ours, value) || !isIn(base, value));
  return [...left, ...ours.filter((value) => !isIn(base, value) && !isIn(theirs, value))];
}

/** The order of delegations decides who is asked first, so it is never made up. */
function mergeRoles(sides: Sides<readonly JsonValue[]>, conflicts: string[]): JsonValue[] {
  const base = byName(sides.base);
  const [ours, theirs] = [byName(sides.ours), byName(sides.theirs)];
  const merged = mergeNames(namedRoles, { base, ours, theirs }, conflicts);
  const [names, known] = [Object.keys(theirs), Object.keys(base)];
  const isMoved = !equalJson(within(known, ours), within(Object.keys(ours), base));
  if (isMoved && !equalJson(names, known)) conflicts.push(`the order of ${namedRoles}`);
  const order = isMoved ? Object.keys(ours) : [...names, ...without(Object.keys(ours), theirs)];
  return order.flatMap((name) => own(merged, name) ?? []);
}

/** What has no name is no role, and for the rules to refuse. */
function byName(roles: readonly JsonValue[]): JsonObject {
  const named = roles.map((role, index) => {
    const name = isObject(role) ? role['name'] : undefined;
    return [typeof name === 'string' ? name : `#${index}`, role] as const;
  });
  return Object.fromEntries(named);
}

function within(names: readonly string[], object: JsonObject): JsonValue[] {
  return names.filter((name) => Object.hasOwn(object, name));
}

function without(names: readonly string[], object: JsonObject): readonly string[] {
  return names.filter((name) => !Object.hasOwn(object, name));
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
