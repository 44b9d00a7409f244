import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareNatural, compareVersions } from '../../client/version-order.ts';

describe('order of versions', () => {
  it('is that of semantic versions', () => {
    // the example of semver.org 2.0.0 §11
    const ascending = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.2.0',
      '1.10.0',
      '2.0.0',
    ];
    assert.deepEqual(ascending.toReversed().toSorted(compareVersions), ascending);
  });

  it('reads fewer or more numbers, a leading v, and numbers of any size', () => {
    const ascending = [
      '0.9',
      'v1',
      '1.0.1',
      '1.0.28',
      'v1.1',
      '1.1.0.1',
      '2024.10.01',
      '9'.repeat(30),
    ];
    assert.deepEqual(ascending.toReversed().toSorted(compareVersions), ascending);
  });

  it('puts what is no version below all that are, in natural order', () => {
    const ascending = ['nightly', 'r9', 'r10', '0.0.1'];
    assert.deepEqual(ascending.toReversed().toSorted(compareVersions), ascending);
  });

  for (const [name, compare] of Object.entries({ compareVersions, compareNatural })) {
    const version = fc.oneof(
      fc.stringMatching(/^v?[0-3]{1,2}(\.[0-3]){0,3}(-[a0-2.]{1,4})?$/),
      fc.string({ maxLength: 4 }),
    );

    it(`is total: ${name}`, () => {
      fc.assert(
        fc.property(version, version, version, (a, b, c) => {
          assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) + 0);
          assert.equal(compare(a, b) === 0, a === b);
          if (compare(a, b) < 0 && compare(b, c) < 0) assert.ok(compare(a, c) < 0);
        }),
      );
    });
  }
});
