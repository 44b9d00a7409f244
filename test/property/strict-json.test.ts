/**
 * The strict JSON reader of the gate, on documents of every kind of wrongness. It never breaks, and
 * what it accepts means one thing: to JSON.parse, and to a second reader that knows nothing of both.
 *
 *     PROPERTY_SEED=1 PROPERTY_DOCUMENTS=1000000 npm test -- --suite property
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalBytes } from '../../core/metadata/document.ts';
import type { JsonValue } from '../../core/metadata/json.ts';
import { checkStrictJson } from '../../core/metadata/strict-json.ts';
import { validTree } from '../kit/source-tree.ts';
import { canonicalForm } from './kit/independent-json.ts';

const { PROPERTY_SEED: seed = '20311', PROPERTY_DOCUMENTS: documents = '20000' } = process.env;
const runs = { seed: Number(seed), numRuns: Number(documents), unbiased: true };

describe('the strict JSON reader', () => {
  for (const [what, texts] of Object.entries(kindsOfText())) {
    it(`accepts of ${what} only what means one thing`, () => {
      let accepted = 0;
      fc.assert(
        fc.property(texts, (bytes) => {
          if (isAccepted(bytes)) accepted += 1;
        }),
        runs,
      );
      console.log(`      seed ${seed}: ${documents} documents, ${accepted} accepted`);
      assert.ok(accepted > runs.numRuns / 100, 'too few are accepted for this to mean something');
    });
  }

  it('calls syntax wrong where JSON.parse does, and nowhere else', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(kindsOfText())), (bytes) => {
        const codes = codesOf(bytes);
        if (codes.includes('json.utf8') || codes.includes('json.too-deep')) return;
        if (codes.length === 20) return; // the list ends there
        assert.equal(codes.includes('json.syntax'), !isJson(bytes));
      }),
      runs,
    );
  });
});

/** @throws when it is accepted and should not be */
function isAccepted(bytes: Buffer): boolean {
  if (codesOf(bytes).length > 0) return false;
  const parsed = JSON.parse(bytes.toString()) as JsonValue;
  assert.equal(canonicalForm(bytes), Buffer.from(canonicalBytes(parsed, 'test')).toString());
  return true;
}

function codesOf(bytes: Buffer): readonly string[] {
  return checkStrictJson(bytes, 'test').map(({ code }) => code);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return false;
  }
}

function kindsOfText(): Readonly<Record<string, fc.Arbitrary<Buffer>>> {
  const files = [...validTree()].filter(([file]) => file.endsWith('.json'));
  const metadata = fc.constantFrom(...files.map(([, bytes]) => Buffer.from(bytes)));
  return {
    'metadata with a few bytes changed': damaged(metadata),
    'JSON written in odd ways': oddJson().map((text) => Buffer.from(text)),
    'odd JSON with a few bytes changed': damaged(oddJson().map((text) => Buffer.from(text))),
  };
}

/** Up to three pieces replaced, mostly by what means something in JSON. */
function damaged(originals: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const signs = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', ' ', '\n', '\u00e9'];
  const more = ['\\u0061', '\\ud800', '\ud83d\ude00', '"a":1,', '//', '\0', '\uFEFF', 'null'];
  const pieces = fc.oneof(
    fc.constantFrom(...signs, ...more).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 2 }).map((bytes) => Buffer.from(bytes)),
  );
  const damage = fc.record({ at: fc.nat(), length: fc.nat({ max: 3 }), piece: pieces });
  return fc
    .tuple(originals, fc.array(damage, { maxLength: 3 }))
    .map(([original, damages]) => damages.reduce(replaced, original));
}

function replaced(
  bytes: Buffer,
  { at, length, piece }: { at: number; length: number; piece: Buffer },
): Buffer {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(start + length)]);
}

/** Text that is nearly always JSON: names that come twice, numbers, escapes and depth of all kinds. */
function oddJson(): fc.Arbitrary<string> {
  const blank = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n');
  const letter = fc.constantFrom(
    'a',
    'b',
    'A',
    '/',
    '\\/',
    '\\n',
    '\\"',
    '\\\\',
    '\\u0061',
    '\\u00e9',
    'é',
    'e\u0301',
    '😀',
    '\\ud83d\\ude00',
    '\\ud83d',
    'ｾ',
    '\\u0000',
    '\u007f',
  );
  const text = fc.array(letter, { maxLength: 3 }).map((letters) => `"${letters.join('')}"`);
  const names = fc.constantFrom(
    '"signed"',
    '"targets"',
    '"custom"',
    '"a"',
    '"version"',
    '"Version"',
    '"__proto__"',
    '"public"',
    '"keyval"',
  );
  const number = fc.oneof(
    fc.maxSafeInteger().map(String),
    fc.constantFrom(
      '0',
      '-0',
      '1.0',
      '1e2',
      '01',
      '-1',
      '9007199254740991',
      '9007199254740992',
      '1E+2',
      '.5',
      '1.',
      '+1',
      '0x1',
    ),
  );
  const { value } = fc.letrec<{ value: string; members: string; elements: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'odd' },
      fc.constantFrom('1', 'true', 'false', 'null', '""'),
      number,
      text,
      tie('members'),
      tie('elements'),
    ),
    members: fc
      .array(fc.tuple(fc.oneof(names, text), blank, tie('value')), {
        maxLength: 3,
        depthIdentifier: 'odd',
      })
      .map(
        (all) =>
          `{${all.map(([name, space, member]) => `${space}${name}:${space}${member}`).join()}}`,
      ),
    elements: fc
      .array(fc.tuple(tie('value'), blank), { maxLength: 3, depthIdentifier: 'odd' })
      .map((all) => `[${all.map(([element, space]) => element + space).join()}]`),
  }));
  const depth = fc.constantFrom(0, 0, 0, 0, 26, 31, 32, 33);
  return fc.tuple(value, depth, blank).map(([inner, levels, space]) => {
    return `${space}${'['.repeat(levels)}${inner}${']'.repeat(levels)}${space}`;
  });
}
