import assert from 'node:assert/strict';
import { interestInDelegations, interestInPaths } from '../../../core/rules/affected/interest.ts';
import { DelegatedRole } from '../../../core/metadata/tufjs.ts';

const role = (more: { paths: string[] } | { pathHashPrefixes: string[] }) =>
  new DelegatedRole({ name: 'a', keyIDs: [], threshold: 1, terminating: false, ...more });
const to = (...paths: string[]) => role({ paths });
const hashed = (...pathHashPrefixes: string[]) => role({ pathHashPrefixes });

describe('where to look in the delegation graph', () => {
  it('is every role that may list a path or one near to it', () => {
    const interest = interestInPaths(['a/b/c', 'x/Y']);
    const near = ['a/b/c', 'A/*/c', 'a/b', 'a', 'a/b/c/d', 'a/b/*/d', '*/?/c', 'X/y/*/z', 'a*/c'];
    for (const pattern of near) assert.equal(interest(to('q', pattern)), true, pattern);
    for (const pattern of ['b/*', 'a/c/*', 'a/b/d', 'x/Z', 'a*/d', 'a/bc', '*/d/c']) {
      assert.equal(interest(to(pattern)), false, pattern);
    }
  });

  it('is any role that begins like very many paths', () => {
    const paths = Array.from({ length: 100 }, (_, at) => `a/${at}`);
    assert.equal(interestInPaths(paths)(to('*/none')), true);
    assert.equal(interestInPaths(paths)(to('b*/none')), false);
  });

  it('is, by hash prefixes, the role of the path itself', () => {
    // echo -n a | sha256sum
    const interest = interestInPaths(['a', 'b']);
    assert.equal(interest(hashed('ca97')), true);
    assert.equal(interest(hashed('ca96', 'cb')), false);
  });

  it('is every role that has paths in common with a delegation', () => {
    const interest = interestInDelegations([to('a/b/*', 'a/bb'), to('c?')]);
    for (const pattern of ['a/*', '*', 'a/b/x/y', 'A/BBQ', 'cx/*']) {
      assert.equal(interest(to('q', pattern)), true, pattern);
    }
    for (const pattern of ['a/c/*', 'b', 'd*']) assert.equal(interest(to(pattern)), false, pattern);
    assert.equal(interest(hashed('00')), true);
    assert.equal(interestInDelegations([])(to('*')), false);
    assert.equal(interestInDelegations([hashed('a0')])(hashed('a')), true);
    assert.equal(interestInDelegations([hashed('a0')])(hashed('a1')), false);
  });

  it('takes no time for the square of the delegations', () => {
    const many = Array.from({ length: 400 }, (_, one) =>
      to(...Array.from({ length: 1000 }, (_, other) => `${one}x${other}`)),
    );
    const interest = interestInDelegations(many);
    assert.ok(many.every((delegation) => interest(delegation)));
    assert.equal(interest(to('y')), false);
  });
});
