/** Random changes to metadata: to its structure, or to its bytes. */
import type { Choices } from '../choices.ts';
import { copy, print, slotsIn, token, type Loose, type Slot } from './loose-json.ts';

/** A copy with one to four changes, each at a place and of a kind that is chosen. */
export function mutated(original: Loose, choices: Choices): Loose {
  const top = copy(original);
  for (let left = choices.of([1, 1, 1, 2, 4]); left > 0; left -= 1) {
    const slot = choices.maybeOf(slotsIn(top));
    if (slot !== undefined) choices.of(changes)(slot, top, choices);
  }
  return top;
}

/** A copy with one to three changes to its bytes. */
export function damaged(original: Uint8Array, choices: Choices): Uint8Array {
  let bytes = Buffer.from(original);
  for (let left = 1 + choices.below(3); left > 0; left -= 1) {
    bytes = choices.of(damages)(bytes, choices);
  }
  return bytes;
}

type Change = (slot: Slot, top: Loose, choices: Choices) => void;

const changes: readonly Change[] = [
  replace,
  replace,
  replace,
  spellAnew,
  spellAnew,
  (slot) => {
    slot.remove();
  },
  repeat,
  rename,
  rename,
  insert,
  putElsewhere,
  nest,
];

function replace(slot: Slot, _: Loose, choices: Choices): void {
  slot.set(junk(choices));
}

/** A number or text that is nearly the same. */
function spellAnew(slot: Slot, _: Loose, choices: Choices): void {
  const value = slot.get();
  if (value.kind !== 'token') return;
  const { text } = value;
  const spellings = text.startsWith('"') ? textsLike(text.slice(1, -1)) : numbersLike(text);
  slot.set(token(choices.of(spellings)));
}

function textsLike(inner: string): readonly string[] {
  const quoted = [
    ...[inner.slice(1), inner.slice(0, -1), `${inner}0`, `${inner} `, `${inner}\\u0000`],
    ...[inner.toUpperCase(), inner.toLowerCase(), inner.repeat(2), inner.repeat(400)],
    ...[inner.replace(/\d/, '9'), inner.replace(/[a-f]/, '0'), inner.replace('/', '\\/')],
    ...[inner.replace(/\w/, '*'), `../${inner}`, `[${inner}`, `${inner}\\ud83d`, `${inner}é`],
    inner.replace(/^./, (c) => `\\u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`),
  ];
  const all = quoted.map((each) => `"${each}"`);
  return [...all, ...all, ...all, `'${inner}'`, inner, `"${inner}`];
}

function numbersLike(text: string): readonly string[] {
  return [
    ...[`${text}.0`, `${text}e0`, `${text}E+2`, `-${text}`, `0${text}`, `+${text}`, `"${text}"`],
    ...[`${text}0`, `${text}.5`, `${text}e400`, `${text}e15`, `${text}e300`, `[${text}]`],
    ...[String(Number(text) + 1), String(Number(text) - 1), `${text}9007199254740993`],
  ];
}

/** The same member once more, as it is or with another value; or the same item. */
function repeat(slot: Slot, top: Loose, choices: Choices): void {
  const list = choices.maybeOf(slotsIn(top).map((each) => each.get()));
  const value = choices.oneIn(2) ? junk(choices) : copy(slot.get());
  const place = choices.oneIn(2) ? -1 : 0;
  if (list?.kind === 'object') {
    const name = slot.member?.name ?? choices.maybeOf(list.members)?.name ?? '"again"';
    list.members.splice(place, 0, { name, value });
  } else if (list?.kind === 'list') {
    list.items.splice(place, 0, value);
  }
}

function rename({ member }: Slot, top: Loose, choices: Choices): void {
  if (member === undefined) return;
  const others = slotsIn(top).flatMap((slot) => slot.member?.name ?? []);
  member.name = choices.oneIn(2) ? choices.of(others) : choices.of(names);
}

function insert(slot: Slot, _: Loose, choices: Choices): void {
  const value = slot.get();
  if (value.kind === 'list') value.items.push(junk(choices));
  if (value.kind === 'object') {
    value.members.push({ name: choices.of(names), value: junk(choices) });
  }
}

/** What stands in one place goes to another, which may be inside itself. */
function putElsewhere(slot: Slot, top: Loose, choices: Choices): void {
  choices.of(slotsIn(top)).set(copy(slot.get()));
}

function nest(slot: Slot, _: Loose, choices: Choices): void {
  const depth = choices.of([1, 1, 2, 33, 61, 65, 5000]);
  const text = print(slot.get());
  const [open, close] = choices.of([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  slot.set(token(`${open.repeat(depth)}${text}${close.repeat(depth)}`));
}

function junk(choices: Choices): Loose {
  return token(choices.of(values));
}

const values = [
  ...['null', 'true', 'false', '""', '[]', '{}', '[null]', '[[]]', '[{}]', '{"":{}}', '""'],
  ...['0', '-1', '-0', '1', '2', '1.0', '0.1', '1e2', '1E400', '-1e400', '1e21', '1e300'],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '4294967296', '33', '32'],
  ...['NaN', 'Infinity', '-Infinity', 'undefined', '0x10', '01', '', '"', '{', '//', ',', "'a'"],
  ...['{"__proto__":{"length":1}}', '{"constructor":{"prototype":{}}}', '{"toString":1}'],
  ...['{"length":1}', '{"length":4294967295}', '{"length":1,"hashes":{}}', '{"version":1}'],
  ...['{"length":1,"hashes":{"sha256":"00"}}', '{"sha256":""}', '{"md5":"00"}', '["*"]', '[""]'],
  ...['"\\ud800"', '"\\u0000"', '"\uFEFF"', '"../../etc/passwd"', '"__proto__"', '"constructor"'],
  ...['"targets"', '"root"', '"1"', '"*"', '"**/*"', '"[[[[[[["', '"[!]-a]*"', '"a/b/c"', '"team"'],
  ...['"9999-12-31T23:59:59Z"', '"2030-02-30T00:00:00Z"', '"0000-00-00T00:00:00Z"', '"3019"'],
  ...['"1"', '"1.0"', '"2.0.0"', '"1.0.34.1"', '"1.1e5"', '"ed25519"', '"rsassa-pss-sha256"'],
  ...['"ecdsa-sha2-nistp256"', '"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"'],
  ...[`"${'00'.repeat(32)}"`, `"${'ff'.repeat(32)}"`, `"${'é'.repeat(300)}"`],
  `[${'[],'.repeat(2000)}0]`,
];

const names = [
  ...['""', '"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"prototype"'],
  ...['"é"', '"e\u0301"', '"\\ud800"', '"😀"', '"\uFFFF"', '"\\u0000"', '"0"', '"-1"', '"x-a"'],
  ...['"Version"', '"signed"', '"team.json"', '"snapshot.json"', '"paths"', '"keyid"'],
  ...['"path_hash_prefixes"', '"succinct_roles"', '"terminating"', '"a.txt"', '"../up"', 'bare'],
  `"${'n'.repeat(300)}"`,
];

type Damage = (bytes: Buffer<ArrayBuffer>, choices: Choices) => Buffer<ArrayBuffer>;

const damages: readonly Damage[] = [
  (bytes, choices) => {
    const other = Buffer.from(bytes);
    const at = choices.below(Math.max(1, bytes.length));
    if (at < bytes.length) other[at] = (other[at] ?? 0) ^ (1 << choices.below(8));
    return other;
  },
  (bytes, choices) => bytes.subarray(0, choices.below(bytes.length + 1)),
  (bytes, choices) => {
    const at = choices.below(bytes.length + 1);
    const piece = Buffer.from(choices.of(pieces));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + choices.below(3))]);
  },
  (bytes, choices) => {
    const [at, from] = [choices.below(bytes.length + 1), choices.below(bytes.length + 1)];
    const piece = bytes.subarray(from, from + choices.below(64));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
];

const pieces = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', ' ', '\n', '\0', '\uFEFF'],
  ...['\\u0061', '\\ud800', '"a":1,', '1e9', 'null', '\u00e9', '\t', '//', '/* */'],
];
