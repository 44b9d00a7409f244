import assert from 'node:assert/strict';
import { defaultPolicy, readPolicy } from '../../core/metadata/policy.ts';
import type { JsonValue } from '../../core/metadata/json.ts';
import { throwsFault } from '../kit/faults.ts';

const read = (policy: JsonValue) =>
  readPolicy({ unrecognizedFields: { 'x-tuf-on-git-policy': policy } });

describe('the policy in root', () => {
  it('has a default for every field', () => {
    assert.deepEqual(readPolicy({ unrecognizedFields: {} }), defaultPolicy);
    assert.deepEqual(read({}), defaultPolicy);
  });

  it('takes what is given and keeps the other defaults', () => {
    const policy = read({ minThreshold: { root: 1 }, land: { graceHours: 4 }, profile: 'strict' });
    assert.deepEqual(policy.minThreshold, { root: 1, targets: 1 });
    assert.deepEqual(policy.land, { graceHours: 4 });
    assert.equal(policy.profile, 'strict');
  });

  const bad: [string, JsonValue][] = [
    ['an unknown field', { strictness: 1 }],
    ['a list', []],
    ['an unknown client', { clients: ['curl'] }],
    ['an unknown profile', { profile: 'anything' }],
    ['an unknown landing mode', { land: 'soon' }],
    ['grace of no hours', { land: { graceHours: 0 } }],
    ['a threshold of zero', { minThreshold: { root: 0 } }],
    ['a threshold for no role', { minThreshold: { mirrors: 1 } }],
    ['a life of a century', { maxLifeDays: { root: 36_500 } }],
    ['an allowed path inside metadata', { allowedPaths: ['metadata/notes.md'] }],
    ['a name with a slash', { repository: 'a/b' }],
  ];
  for (const [what, policy] of bad) {
    it(`refuses ${what}`, () => {
      throwsFault('policy.form', () => read(policy));
    });
  }
});
