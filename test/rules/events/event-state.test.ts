import assert from 'node:assert/strict';
import { defaultPolicy } from '../../../core/metadata/policy.ts';
import { parseEventState, type EventState } from '../../../core/rules/events/event-state.ts';
import { throwsFault } from '../../kit/faults.ts';

const invited = { event: 'welcome', root: 'a'.repeat(64), policy: defaultPolicy };
const parse = (text: string): EventState => parseEventState(Buffer.from(text), invited);

describe('the state file of a signing event', () => {
  const keyid = 'b'.repeat(64);

  it('holds invitations, and a withdrawal or none', () => {
    const open = '{"role":"targets","slot":1}';
    const { invitations, withdrawal } = parse(`{"invitations":[${open}]}`);
    assert.deepEqual(invitations, [{ role: 'targets', slot: 1, key: undefined }]);
    assert.equal(withdrawal, undefined);
    const ended = parse(`{"invitations":[],"withdrawal":{"keyid":"${keyid}","sig":"0f"}}`);
    assert.deepEqual(ended, { invitations: [], withdrawal: { keyid, sig: '0f' } });
  });

  for (const text of ['', '[]', '{}', '{"invitations":{}}', '{"invitations":[],"x":1}', '{"a":1']) {
    it(`is nothing else: ${text === '' ? 'an empty file' : text}`, () => {
      throwsFault('event.form', () => parse(text));
    });
  }

  const withdrawals: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a list', []],
    ['a signature alone', { sig: '0f' }],
    ['a keyid alone', { keyid }],
    ['a keyid that is none', { keyid: 'alice', sig: '0f' }],
    ['a signature in upper case', { keyid, sig: '0F' }],
    ['a signature that is empty', { keyid, sig: '' }],
    ['a signature of half a byte', { keyid, sig: '0f0' }],
    ['an unknown field', { keyid, sig: '0f', why: 'typo' }],
  ];
  for (const [what, withdrawal] of withdrawals) {
    it(`holds no withdrawal that is ${what}`, () => {
      throwsFault('event.form', () => parse(JSON.stringify({ invitations: [], withdrawal })));
    });
  }
});
