import assert from 'node:assert/strict';
import { checkStrictJson } from '../../core/metadata/strict-json.ts';

function codesOf(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return checkStrictJson(bytes, 'a.json').map(({ code }) => code);
}

const custom = (text: string) => `{"signed":{"targets":{"a/b":{"custom":${text}}}}}`;
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('strict JSON', () => {
  const good: [string, string][] = [
    ['an empty object', '{}'],
    ['white space around', ' \n{"a": [1, -2, true, "x"]}\n'],
    ['the largest integer', '{"a": 9007199254740991, "b": -9007199254740991}'],
    ['32 levels', deep(32)],
    ['brackets inside text', `{"a": "${'['.repeat(100)}\\"{{{"}`],
    ['line feeds in a PEM', '{"keyval": {"public": "-----BEGIN\\nX\\n"}}'],
    ['a target path beyond ASCII', '{"signed":{"targets":{"naïve/é":1}}}'],
    ['null and odd names in custom', custom('{"A":null,"a":1,"ключ":"\\t"}')],
    ['astral names that sort alike', custom('{"a":1,"😀":2}')],
  ];
  for (const [what, text] of good) {
    it(`takes ${what}`, () => {
      assert.deepEqual(codesOf(text), []);
      assert.doesNotThrow(() => {
        JSON.parse(text);
      });
    });
  }

  const bad: [string, string, string | Uint8Array][] = [
    ['bytes that are not UTF-8', 'json.utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['an encoded surrogate', 'json.utf8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a byte-order mark', 'json.utf8', '\uFEFF{}'],
    ['nothing', 'json.syntax', ''],
    ['something after the document', 'json.syntax', '{} {}'],
    ['a comment', 'json.syntax', '{} // why'],
    ['a trailing comma', 'json.syntax', '{"a": 1,}'],
    ['33 levels', 'json.too-deep', deep(33)],
    ['a million levels', 'json.too-deep', '['.repeat(1_000_000)],
    ['a million levels after a broken string', 'json.too-deep', `["\n${'['.repeat(1_000_000)}"`],
    ['a million levels after a comment', 'json.too-deep', `[/*"*/${'['.repeat(1_000_000)}"`],
    [
      'a million quotes in a string that does not end',
      'json.syntax',
      `"${'\\"'.repeat(1_000_000)}`,
    ],
    ['a name twice', 'json.duplicate-key', '{"a": 1, "a": 1}'],
    ['a name twice, once escaped', 'json.duplicate-key', '{"a": 1, "\\u0061": 1}'],
    ['a name in two cases', 'json.duplicate-key', '{"version": 1, "Version": 2}'],
    ['a name twice in custom', 'json.duplicate-key', custom('{"a":1,"a":2}')],
    ['a fraction', 'json.number', '{"a": 1.0}'],
    ['an exponent', 'json.number', '{"a": 1e3}'],
    ['minus nought', 'json.number', '{"a": -0}'],
    ['2^53', 'json.number', '{"a": 9007199254740992}'],
    ['a fraction in custom', 'json.number', custom('0.5')],
    ['a lone surrogate', 'json.text', '{"a": "\\ud800"}'],
    ['a lone surrogate in custom', 'json.text', custom('"\\udc00"')],
    ['a control character', 'json.text', '{"a": "\\u0007"}'],
    ['an escape in a signature', 'json.text', '{"signatures":[{"sig":"\\u0061b"}]}'],
    ['an escape in a hash', 'json.text', '{"signed":{"targets":{"a":{"hashes":{"x":"\\u0061"}}}}}'],
    ['a line feed outside a PEM', 'json.text', '{"a": "x\\ny"}'],
    ['a carriage return in a PEM', 'json.text', '{"keyval": {"public": "x\\r\\n"}}'],
    ['text that is not NFC', 'json.text', '{"a": "u\u0308"}'],
    ['null', 'json.shape', '{"a": null}'],
    ['__proto__', 'json.key', '{"__proto__": 1}'],
    ['an escaped __proto__', 'json.key', '{"\\u005f_proto__": 1}'],
    ['a field of TUF in another case', 'json.key', '{"signed":{"targets":{"a":{"Custom":{}}}}}'],
    ['constructor in custom', 'json.key', custom('{"constructor":1}')],
    ['a name beyond ASCII', 'json.key', '{"naïve": 1}'],
    ['quotes in a string without an end, at once', 'json.syntax', `"${'\\"'.repeat(150_000)}`],
    ['marks without an end, at once', 'json.text', `"q${'\u0307\u0323'.repeat(150_000)}"`],
    ['names that sort differently', 'json.key', custom('{"\uFF5E":1,"😀":2}')],
  ];
  for (const [what, code, text] of bad) {
    it(`refuses ${what}`, () => {
      assert.ok(codesOf(text).includes(code), codesOf(text).join());
    });
  }

  it('points to the place', () => {
    const [found] = checkStrictJson(Buffer.from('{"a":[{"b":0},{"c/d":1.5}]}'), 'a.json');
    assert.equal(found?.where, 'a.json#/a/1/c~1d');
  });

  it('reports at most 20 faults', () => {
    assert.equal(codesOf(`[${'1.5,'.repeat(50)}1]`).length, 20);
  });
});
