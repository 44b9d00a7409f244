/**
 * Limits of one server, `gate` in its config.json: the numbers of the policy by the same names. They
 * can only make it stricter, so whoever judges by the signed policy alone accepts whatever they let in.
 */
import { fault } from '../error/error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { defaultPolicy, type Policy } from './policy.ts';

const names = [
  'minThreshold',
  'minLifeHours',
  'maxLifeDays',
  'maxDepth',
  'maxPush',
  'maxTargetBytes',
  'maxSnapshotBytes',
  'events',
] as const;

type Numbers = Readonly<Record<string, number>>;

/** A number, or some of the numbers of a field, for each field that is limited here. */
export type Limits = Readonly<Partial<Record<(typeof names)[number], number | Numbers>>>;

/** @param where what to call the object in errors. @throws `home.configuration` */
export function readLimits(json: JsonValue | undefined, where: string): Limits {
  if (json === undefined) return {};
  const given = object(json, where);
  const known: Readonly<Record<string, unknown>> = { ...defaultPolicy };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!names.some((each) => each === name)) throw wrong(`${where}/${name}`, 'is no limit');
      const own = known[name];
      return [
        name,
        typeof own === 'number'
          ? count(value, `${where}/${name}`)
          : some(value, own, `${where}/${name}`),
      ];
    }),
  );
}

/** The stricter of both in every number: a `min…` goes up, all others go down. */
export function tighten(policy: Policy, limits: Limits): Policy {
  const stricter = names.flatMap((name) => {
    const limit = limits[name];
    return limit === undefined ? [] : [[name, stricterOf(name, policy[name], limit)]];
  });
  return { ...policy, ...(Object.fromEntries(stricter) as Partial<Policy>) };
}

function stricterOf(name: string, own: number | Numbers, limit: number | Numbers): unknown {
  const pick = name.startsWith('min') ? Math.max : Math.min;
  if (typeof own === 'number') return typeof limit === 'number' ? pick(own, limit) : own;
  if (typeof limit === 'number') return own;
  const both = Object.entries(own).map(([key, value]) => [key, pick(value, limit[key] ?? value)]);
  return Object.fromEntries(both);
}

function some(value: JsonValue, own: unknown, where: string): Numbers {
  const entries = Object.entries(object(value, where)).map(([key, each]) => {
    if (typeof own !== 'object' || own === null || !Object.hasOwn(own, key)) {
      throw wrong(`${where}/${key}`, 'is no limit');
    }
    return [key, count(each, `${where}/${key}`)];
  });
  return Object.fromEntries(entries) as Numbers;
}

function count(value: JsonValue, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw wrong(where, 'must be an integer, 1 or more');
}

function object(value: JsonValue, where: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(where, 'must be an object');
}

function wrong(where: string, message: string) {
  return fault('home.configuration', where, message, { hint: `limits are ${names.join(', ')}` });
}
