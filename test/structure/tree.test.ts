import assert from 'node:assert/strict';
import { filesIn, textOf } from './source-tree.ts';

const files = filesIn('');
const code = files.filter((file) => /\.(tsx?|mjs|py)$/.test(file));
const longest = 350;

describe('the tree of sources', () => {
  it('is read', () => {
    assert.ok(code.length > 100, `only ${code.length} files of code seen`);
  });

  it('has kebab-case names for code and pages', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?\.(tsx?|mjs|md)$/;
    const named = files.filter((file) => /\.(tsx?|mjs|md)$/.test(file));
    const wellKnown = /(^|\/)(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md$/;
    const wrong = named.filter((file) => !kebab.test(nameOf(file)) && !wellKnown.test(file));
    assert.deepEqual(wrong, []);
  });

  it(`has no file of code above ${longest} lines`, () => {
    const long = code
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > longest);
    assert.deepEqual(long, []);
  });

  it('has no test that keeps the others from running', () => {
    const only = /\b(it|describe|context|specify|suite|test)\.only\s*\(/;
    const tests = code.filter((file) => file.endsWith('.test.ts'));
    assert.deepEqual(
      tests.filter((file) => only.test(textOf(file))),
      [],
    );
    assert.ok(only.test(['it', 'only("x")'].join('.')));
  });

  it('has a lock file that names no registry', () => {
    assert.doesNotMatch(textOf('package-lock.json'), /"resolved":|https?:\/\/registry/);
  });
});

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
