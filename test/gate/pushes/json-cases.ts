/** What the bytes of a metadata file must be: the codes `json.*`. */
import type { JsonValue } from '../../../core/metadata/json.ts';
import { alice, all, file, targets, text } from '../../kit/changes.ts';
import type { Change } from '../../kit/push-scene.ts';
import { delegationTo, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const aliceFile = 'metadata/alice.json';

/** Alice's next version with a note, which the signature covers. */
const note = (value: JsonValue): Change => alice({ 'x-note': value });
/** The same as other text in its place; what it is refused for comes before its signature. */
const rawNote = (value: string): Change => all(note('here'), text(aliceFile, '"here"', value));

/** The delegation to alice, without a word on whether it terminates. */
const unsaid = Object.fromEntries(
  Object.entries(delegationTo('alice', people.alice, 'alice-project/*/*/*')).filter(
    ([name]) => name !== 'terminating',
  ),
);

const nested = (levels: number): JsonValue => (levels === 0 ? 'x' : [nested(levels - 1)]);

const withBom: Change = (tree, odd) => {
  alice()(tree, odd);
  file(aliceFile, `\uFEFF${Buffer.from(tree.get(aliceFile) ?? '').toString()}`)(tree, odd);
};

export const jsonCases: readonly PushCase[] = [
  {
    code: 'json.utf8',
    bad: ['a byte-order mark', withBom],
    good: ['UTF-8 without one', note('Grüße')],
  },
  {
    code: 'json.syntax',
    bad: ['a trailing comma', all(alice(), text(aliceFile, ']\n}', '],\n}'))],
    good: ['odd white space', all(alice(), text(aliceFile, ']\n}', ']\r\n\t}\n\n'))],
  },
  {
    code: 'json.too-deep',
    bad: ['33 levels', note(nested(31))],
    good: ['32 levels', note(nested(30))],
  },
  {
    code: 'json.duplicate-key',
    bad: ['a name twice', rawNote('{"a": 1, "a": 1}')],
    good: ['two names', note({ a: 1, b: 1 })],
  },
  {
    code: 'json.duplicate-key',
    bad: ['a name in two cases', note({ a: 1, A: 1 })],
    good: ['the two names in two objects', note([{ a: 1 }, { A: 1 }])],
  },
  {
    code: 'json.number',
    bad: ['a fraction', rawNote('1.0')],
    good: ['the integer', note(1)],
  },
  {
    code: 'json.number',
    bad: ['2^53', note(2 ** 53)],
    good: ['2^53 − 1', note(2 ** 53 - 1)],
  },
  {
    code: 'json.text',
    bad: ['a control character', note('a\tb')],
    good: ['a space', note('a b')],
  },
  {
    code: 'json.text',
    bad: ['text in another form than NFC', note('u\u0308')],
    good: ['the text in NFC', note('\u00fc')],
  },
  {
    code: 'json.key',
    bad: ['a name that JavaScript treats apart', rawNote('{"__proto__": 1}')],
    good: ['a name like it', note({ proto: 1 })],
  },
  {
    code: 'json.key',
    bad: ['a field of TUF in another case', alice({ Delegations: 1 })],
    good: ['a field that is like none', alice({ 'x-delegations': 1 })],
  },
  {
    code: 'json.envelope',
    bad: [
      'a third field beside signed and signatures',
      all(alice(), text(aliceFile, '"signatures"', '"x-note": 1, "signatures"')),
    ],
    good: ['the field inside signed', note(1)],
  },
  {
    code: 'json.shape',
    bad: ['a threshold in quotes', targets({ alice: { threshold: '1' } })],
    good: ['the threshold as a number', targets({ alice: { threshold: 1 } })],
  },
  {
    code: 'json.shape',
    bad: ['an expiry that is no instant', alice({ expires: '2030-02-30T00:00:00Z' })],
    good: ['an expiry that is one', alice()],
  },
  {
    code: 'json.unknown-field',
    bad: ['a comment inside a delegation', targets({ alice: { comment: 'hers' } })],
    good: ['a comment beside targets', alice({ comment: 'hers' })],
  },
  {
    code: 'json.unknown-field',
    bad: [
      'a comment inside delegations',
      alice({ delegations: { keys: {}, roles: [], 'x-note': 1 } }),
    ],
    good: ['delegations without it', alice({ delegations: { keys: {}, roles: [] } })],
  },
  {
    code: 'json.disagreement',
    bad: [
      'a delegation that does not say whether it terminates',
      targets({ alice: 'nothing', first: [unsaid] }),
    ],
    good: ['one that says so', targets({ alice: { terminating: false } })],
  },
  {
    code: 'json.shape',
    bad: ['an empty spec_version, which the model takes for its own', alice({ spec_version: '' })],
    good: ['a short spec_version', alice({ spec_version: '1.0' })],
  },
];
