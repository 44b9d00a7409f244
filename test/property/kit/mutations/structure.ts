/** One change anywhere in the JSON of a role, whatever it means. */
import { isObject, type JsonObject, type JsonValue } from '../../../../core/metadata/json.ts';
import type { Choices } from '../choices.ts';
import { Draft } from '../draft.ts';
import { people } from '../key-ring.ts';
import { pushOf, type Mutation } from './push.ts';
import { randomSigning } from './signing.ts';

export const changeStructure: Mutation = (tip, choices) => {
  const draft = new Draft(tip);
  const role = choices.of(['root', ...draft.roles()]);
  draft.edit(role);
  const { words: signing, sign } = randomSigning(tip, choices);
  let words = '';
  const edit = (_: string, signed: JsonObject) => {
    words = changeSomewhere(signed, choices);
    return signed;
  };
  const { tree } = draft.seal({ edit, ...(sign && { sign }) });
  return pushOf(`${role}: ${words}; ${signing}`, tree);
};

/** A place in a document: a member of an object or of an array. */
interface Place {
  readonly inside: JsonObject | JsonValue[];
  readonly key: string | number;
  readonly pointer: string;
}

function changeSomewhere(signed: JsonObject, choices: Choices): string {
  const places = placesIn(signed, '');
  const place = choices.of(places);
  const [words, change] = choices.of(changes);
  const detail = change(place, choices, places);
  return `${words} at ${place.pointer}${detail === undefined ? '' : `: ${JSON.stringify(detail)}`}`;
}

function placesIn(inside: JsonValue, pointer: string): readonly Place[] {
  if (typeof inside !== 'object' || inside === null) return [];
  const keys = Array.isArray(inside) ? [...inside.keys()] : Object.keys(inside);
  return keys.flatMap((key) => {
    const place = { inside: inside as JsonObject, key, pointer: `${pointer}/${key}` };
    return [place, ...placesIn(valueAt(place), place.pointer)];
  });
}

type Change = (place: Place, choices: Choices, all: readonly Place[]) => JsonValue | undefined;

const changes: readonly (readonly [string, Change])[] = [
  ['another value', (place, choices) => put(place, choices.of(oddValues))],
  ['a value from elsewhere', (place, choices, all) => put(place, valueAt(choices.of(all)))],
  ['a value a little different', (place, choices) => put(place, nudged(valueAt(place), choices))],
  ['the value gone', take],
  ['the value in a list', (place) => put(place, [valueAt(place)])],
  ['one more member', addMember],
  ['a name written otherwise', rename],
  ['its members in reverse', reverse],
];

const oddValues: readonly JsonValue[] = [
  ...[null, true, false, 0, -1, 1, 2, 3, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER],
  ...['', 'x', '*', '1', '..', 'targets', 'root', 'a\u0000', 'a\nb', 'u\u0308', '\ud800', 'ü'],
  ...['2999-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 'ed25519', people[0]?.keyid ?? ''],
  ...[[], {}, [null], { '': '' }, { toString: 1 }, ['x', 'x']],
];

function nudged(value: JsonValue, choices: Choices): JsonValue {
  if (typeof value === 'number') return value + choices.of([1, -1, 1000, 2 ** 31]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return [...value, ...value.slice(0, 1)];
  if (typeof value !== 'string') return value;
  return choices.of([
    value.toUpperCase(),
    `${value} `,
    value.slice(1),
    `${value}${value}`,
    ` ${value}`,
  ]);
}

function addMember({ inside, key }: Place, choices: Choices): JsonValue | undefined {
  const value = choices.of(oddValues);
  if (Array.isArray(inside)) inside.splice(Number(key), 0, value);
  else inside[choices.of(oddNames)] = value;
  return value;
}

const oddNames = [
  'x-new',
  'new',
  '',
  'Version',
  'version ',
  '_TYPE',
  'sig',
  'custom',
  'ü',
  'constructor',
];

function rename({ inside, key }: Place, choices: Choices): JsonValue | undefined {
  if (Array.isArray(inside)) return undefined;
  const name = choices.of([`${key}x`, String(key).toUpperCase(), `x-${key}`, choices.of(oddNames)]);
  const value = inside[key];
  Reflect.deleteProperty(inside, key);
  if (value !== undefined) inside[name] = value;
  return name;
}

function reverse(place: Place): undefined {
  const value = valueAt(place);
  if (Array.isArray(value)) value.reverse();
  else if (isObject(value)) put(place, Object.fromEntries(Object.entries(value).reverse()));
}

function take({ inside, key }: Place): undefined {
  if (Array.isArray(inside)) inside.splice(Number(key), 1);
  else Reflect.deleteProperty(inside, key);
}

function valueAt({ inside, key }: Place): JsonValue {
  return (inside as JsonObject)[key] ?? null;
}

function put({ inside, key }: Place, value: JsonValue): JsonValue {
  const copy = structuredClone(value);
  (inside as JsonObject)[key] = copy;
  return copy;
}
