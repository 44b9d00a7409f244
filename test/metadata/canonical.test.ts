import assert from 'node:assert/strict';
import { canonicalBytes, canonicalText } from '../../core/metadata/canonical.ts';
import type { JsonValue } from '../../core/metadata/json.ts';
import { throwsFault } from '../kit/faults.ts';

describe('the canonical form', () => {
  const cases: readonly (readonly [string, JsonValue, string])[] = [
    ['has no white space', { a: [1, { b: null }], c: true }, '{"a":[1,{"b":null}],"c":true}'],
    ['orders names', { b: 1, a: 2, B: 3, '10': 4, '9': 5 }, '{"10":4,"9":5,"B":3,"a":2,"b":1}'],
    ['keeps the order of lists', [3, 1, 2, false], '[3,1,2,false]'],
    ['escapes quotes and backslashes', ['a"b\\c/d'], '["a\\"b\\\\c/d"]'],
    ['escapes them in names', { 'a"\\': 1 }, '{"a\\"\\\\":1}'],
    [
      'escapes nothing else',
      '\n\t\u0000\u001f\u007f\u2028é😀',
      '"\n\t\u0000\u001f\u007f\u2028é😀"',
    ],
    ['has one zero', [0, -0], '[0,0]'],
    ['has integers of 53 bits', [2 ** 53 - 1, 1 - 2 ** 53], '[9007199254740991,-9007199254740991]'],
    [
      'has names that objects have',
      { constructor: 1, toString: 2 },
      '{"constructor":1,"toString":2}',
    ],
    ['has the empty', [{}, [], ''], '[{},[],""]'],
  ];
  for (const [what, value, expected] of cases) {
    it(what, () => {
      assert.equal(canonicalText(value, 'test'), expected);
    });
  }

  it('orders names by code point, where JavaScript would by UTF-16 unit', () => {
    const names = { '\u{1f600}': 1, '\ue000': 2, z: 3 };
    assert.equal(canonicalText(names, 'test'), '{"z":3,"\ue000":2,"\u{1f600}":1}');
  });

  it('is UTF-8', () => {
    assert.deepEqual(canonicalBytes('é', 'test'), Buffer.from([0x22, 0xc3, 0xa9, 0x22]));
  });

  it('is of no number that JavaScript rounds, and of no fraction', () => {
    for (const text of ['1.5', '9007199254740993', '1e21', '-1e-7', '1e999']) {
      const value = JSON.parse(text) as JsonValue;
      throwsFault('json.number', () => canonicalBytes({ custom: [value] }, 'test'));
    }
  });

  it('is of no half of a character, which UTF-8 would make the same as another', () => {
    for (const value of ['\ud800', 'a\udfff', '\udc00\ud800']) {
      throwsFault('json.text', () => canonicalBytes([value], 'test'));
      throwsFault('json.text', () => canonicalBytes({ [value]: 1 }, 'test'));
    }
  });
});
