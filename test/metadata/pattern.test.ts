import assert from 'node:assert/strict';
import { matchesPattern } from '../../core/metadata/pattern.ts';

describe('path patterns', () => {
  const cases: [string, string, boolean][] = [
    ['a/b', 'a/b', true],
    ['a/b', 'a/*', true],
    ['a/b/c', 'a/*', false],
    ['a/b', '*', false],
    ['a/b.tgz', '?/*.tgz', true],
    ['a/.tgz', 'a/?.tgz', false],
    ['a/bcbc', 'a/b*bc', true],
    ['a/bcb', 'a/b*bc', false],
    ['a/b', 'a/[a-c]', true],
    ['a/d', 'a/[a-c]', false],
    ['a/d', 'a/[!a-c]', true],
    ['a/]', 'a/[]]', true],
    ['a/[b', 'a/[b', true],
    ['a/x', 'a/**', true],
    ['a/😀', 'a/?', true],
    ['a.b', 'a?b', true],
    ['axb', 'a.b', false],
    ['', '*', true],
  ];
  for (const [path, pattern, expected] of cases) {
    it(`${pattern} ${expected ? 'matches' : 'does not match'} ${path}`, () => {
      assert.equal(matchesPattern(path, pattern), expected);
    });
  }

  it('ends on many stars, which a backtracking matcher would not (CVE-2026-26996)', () => {
    assert.equal(matchesPattern('a'.repeat(5000), `${'*a'.repeat(500)}b`), false);
  });
});
