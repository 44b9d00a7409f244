import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { defaultPolicy } from '../../../core/metadata/policy.ts';
import {
  compareInvitations,
  parseInvitations,
  proofBytes,
  type Invitation,
} from '../../../core/rules/events/invitations.ts';
import { throwsFault } from '../../kit/faults.ts';
import { people, type TestKey } from '../../kit/source-tree.ts';

const { alice, bob, stranger } = people;
const invited = { event: 'welcome', root: 'a'.repeat(64), policy: defaultPolicy };

function proofBy(key: TestKey, role = 'targets', to = invited): string {
  return sign(null, proofBytes(role, key, to), key.privateKey).toString('hex');
}
const open = (slot: number, role = 'targets'): JsonObject => ({ role, slot });
const filled = (slot: number, key: TestKey, proof = proofBy(key)): JsonObject => ({
  ...open(slot),
  key: key.json,
  proof,
});
const parse = (...invitations: JsonObject[]): readonly Invitation[] =>
  parseInvitations(invitations, invited);

describe('the invitations of a signing event', () => {
  it('are slots, open or filled with a key and its proof', () => {
    const read = parse(open(1), filled(2, alice), open(1, 'root'));
    assert.deepEqual(
      read.map(({ role, slot, key }) => [role, slot, key?.keyid]),
      [
        ['targets', 1, undefined],
        ['targets', 2, alice.keyid],
        ['root', 1, undefined],
      ],
    );
  });

  it('may be for a person, whom the key names too', () => {
    const [slot, taken] = parse(
      { ...open(1), owner: '@carol' },
      { ...filled(2, alice), owner: '@alice' },
    );
    assert.equal(slot?.owner, '@carol');
    assert.equal(taken?.key?.keyid, alice.keyid);
  });

  const cases: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['a proof by another key', [filled(1, alice, proofBy(bob))]],
    ['a proof for another role', [filled(1, alice, proofBy(alice, 'root'))]],
    [
      'a proof for another event',
      [filled(1, alice, proofBy(alice, 'targets', { ...invited, event: 'other' }))],
    ],
    [
      'a proof for another repository',
      [filled(1, alice, proofBy(alice, 'targets', { ...invited, root: 'b'.repeat(64) }))],
    ],
    ['a proof that is no hex', [filled(1, alice, 'yes')]],
    ['a key without a proof', [{ ...open(1), key: alice.json }]],
    [
      'a key that clients do not know',
      [filled(1, { ...alice, json: { ...alice.json, scheme: 'x' } })],
    ],
    ['one key in two slots of a role', [filled(1, alice), filled(2, alice)]],
    ['a key of another owner than is invited', [{ ...filled(1, alice), owner: '@carol' }]],
    ['an owner that is no name', [{ ...open(1), owner: 'carol' }]],
    ['an owner that is no text', [{ ...open(1), owner: 1 }]],
    ['two slots of one number', [open(1), open(1)]],
    ['a slot without a number', [{ role: 'targets' }]],
    ['an online role', [open(1, 'snapshot')]],
    ['a role that no file can have', [open(1, '../root')]],
    ['an unknown field', [{ ...open(1), note: 'please' }]],
  ];
  for (const [what, invitations] of cases) {
    it(`refuse ${what}`, () => {
      throwsFault('event.form', () => parse(...invitations));
    });
  }

  it('tell a slot that was filled from everything else that changed', () => {
    const before = parse(open(1), open(2));
    const change = (after: readonly Invitation[]) => {
      const { filled, isRearranged } = compareInvitations(before, after);
      return [filled.map(({ slot }) => slot), isRearranged];
    };
    assert.deepEqual(change(before), [[], false]);
    assert.deepEqual(change(parse(open(2), filled(1, alice))), [[1], false]);
    assert.deepEqual(change(parse(filled(1, alice), filled(2, stranger))), [[1, 2], false]);
    assert.deepEqual(change(parse(open(1))), [[], true]);
    assert.deepEqual(change(parse(open(1), open(2), open(3))), [[], true]);
    assert.deepEqual(change(parse(open(1), open(2), filled(3, alice))), [[], true]);
  });

  it('keep a filled slot as it is', () => {
    const before = parse(filled(1, alice));
    assert.equal(compareInvitations(before, parse(filled(1, bob))).isRearranged, true);
    assert.equal(compareInvitations(before, parse(open(1))).isRearranged, true);
  });

  it('keep whom a slot is for', () => {
    const before = parse({ ...open(1), owner: '@alice' });
    const [taken, given] = [filled(1, alice), { ...filled(1, alice), owner: '@alice' }];
    assert.equal(compareInvitations(before, parse(taken)).isRearranged, true);
    assert.equal(
      compareInvitations(before, parse({ ...open(1), owner: '@bob' })).isRearranged,
      true,
    );
    assert.deepEqual(compareInvitations(before, parse(given)).filled.length, 1);
  });
});
