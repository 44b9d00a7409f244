/** The bytes of one metadata file, before or after it is signed rightly. */
import fc from 'fast-check';
import { roleFile, rootHistoryFile } from '../../../../core/rules/state.ts';
import type { Tree } from '../../../kit/source-tree.ts';
import type { Choices } from '../choices.ts';
import { Draft } from '../draft.ts';
import { pushOf, type Mutation } from './push.ts';

/** A role's next version, signed rightly, in other bytes. */
export const writeOtherwise: Mutation = (tip, choices) => {
  const draft = new Draft(tip);
  const role = choices.of(['root', ...draft.roles()]);
  draft.edit(role);
  let words = '';
  const format = (_: string, bytes: Uint8Array) => {
    const [what, change] = choices.of(forms);
    words = what;
    return Buffer.from(change(Buffer.from(bytes).toString(), choices));
  };
  const { tree } = draft.seal({ format });
  return pushOf(`${role}, renewed: ${words}`, tree);
};

/** Any file that is there already, damaged or exchanged. */
export const damageFile: Mutation = (tip, choices) => {
  const tree: Tree = new Map(tip.tree);
  const file = choices.of([...tree.keys()]);
  const [words, change] = choices.of(damages);
  const damaged = change(Buffer.from(tree.get(file) ?? ''), choices, tree);
  tree.set(file, damaged);
  const history = rootHistoryFile(tip.reached.get('root') ?? 1);
  if (file === roleFile('root') && choices.oneIn(2)) tree.set(history, damaged);
  return pushOf(`${file}: ${words}`, tree);
};

const forms: readonly (readonly [string, (text: string, choices: Choices) => string])[] = [
  ['compact', (text) => JSON.stringify(JSON.parse(text))],
  ['with tabs', (text) => JSON.stringify(JSON.parse(text), null, '\t')],
  ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['with blanks around it', (text) => `\n \t${text}\n\n`],
  ['names in reverse', (text) => JSON.stringify(inReverse(JSON.parse(text)))],
  ['letters escaped', (text, choices) => escaped(text, choices)],
  ['a slash escaped', (text) => text.replaceAll('/', '\\/')],
  [
    'a member twice',
    (text, choices) => replaceOne(text, /"[^"]+": [^[{}\n]+,?\n/g, choices, twice),
  ],
  [
    'a member twice with another value',
    (text, choices) =>
      replaceOne(text, /"version": \d+/g, choices, (found) => `"version": 1, ${found}`),
  ],
  [
    'a number written otherwise',
    (text, choices) =>
      replaceOne(text, /\b\d+(?=,\n)/g, choices, (found) =>
        choices.of([`${found}.0`, `${found}e0`, `0${found}`, `-${found}`, `${found}0e-1`]),
      ),
  ],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['something behind it', (text, choices) => text + choices.of(['{}', 'x', '\0', ',', '// end'])],
  ['a comment', (text) => text.replace('{', '{ /* why */')],
  ['a comma too many', (text) => text.replace(/\n\}\n$/, ',\n}\n')],
  ['a member beside signed', (text) => text.replace('{', '{"more": 1,')],
  [
    'a name in another case',
    (text, choices) => replaceOne(text, /"[a-z_]+":/g, choices, (found) => found.toUpperCase()),
  ],
  [
    'deep nesting',
    (text) =>
      text.replace('"signed": {', `"signed": {"x-deep": ${'['.repeat(30)}${']'.repeat(30)},`),
  ],
];

type Damage = (bytes: Buffer, choices: Choices, tree: Tree) => Buffer;

const damages: readonly (readonly [string, Damage])[] = [
  ['a byte changed', (bytes, choices) => changed(bytes, choices)],
  ['cut short', (bytes, choices) => bytes.subarray(0, choices.below(bytes.length + 1))],
  [
    'bytes added',
    (bytes, choices) =>
      inserted(bytes, choices, choices.draw(fc.uint8Array({ minLength: 1, maxLength: 8 }))),
  ],
  [
    'a blank added',
    (bytes, choices) => inserted(bytes, choices, Buffer.from(choices.of([' ', '\n', '\t', '\r']))),
  ],
  ['another file’s bytes', (_, choices, tree) => Buffer.from(choices.of([...tree.values()]))],
  ['empty', () => Buffer.alloc(0)],
];

function changed(bytes: Buffer, choices: Choices): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[choices.below(copy.length)] = choices.below(256);
  return copy;
}

function inserted(bytes: Buffer, choices: Choices, more: Uint8Array): Buffer {
  const at = choices.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

function inReverse(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, inReverse(member)]),
  );
}

/** The value stays the same: JSON can write every letter as `\uXXXX`. */
function escaped(text: string, choices: Choices): string {
  return replaceOne(
    text,
    /[a-z]/g,
    choices,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const twice = (member: string): string => `${member.replace(/,?\n$/, ',')} ${member}`;

function replaceOne(
  text: string,
  pattern: RegExp,
  choices: Choices,
  change: (found: string) => string,
): string {
  const found = choices.maybeOf([...text.matchAll(pattern)]);
  if (found === undefined) return text;
  const [match] = found;
  return text.slice(0, found.index) + change(match) + text.slice(found.index + match.length);
}
