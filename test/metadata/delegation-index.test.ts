import assert from 'node:assert/strict';
import { DelegationIndex } from '../../core/metadata/delegation-index.ts';
import { isDelegated } from '../../core/metadata/delegation-walk.ts';
import { DelegatedRole } from '../../core/metadata/tufjs.ts';

const role = (name: string, covers: { paths: string[] } | { pathHashPrefixes: string[] }) =>
  new DelegatedRole({ name, keyIDs: [], threshold: 1, terminating: false, ...covers });

describe('the index of delegations', () => {
  const patterns = ['*', '*/*', 'a/*', 'a/b/*', 'a/b/c', 'a/b?/c', 'b/[ab]/*', 'b/*.gz', 'c'];
  const byPath = Array.from({ length: 4 }, (_, copy) =>
    patterns.map((pattern, at) => role(`${copy}-${at}`, { paths: [pattern, `other/${at}`] })),
  ).flat();
  const byHash = Array.from('0123456789abcdef').map((digit) =>
    role(`bin-${digit}`, { pathHashPrefixes: [digit, `f${digit}`] }),
  );
  const paths = ['a', 'a/b', 'a/b/c', 'a/bb/c', 'b/a/x', 'b/x.gz', 'c', 'other/3', 'd/e/f', ''];

  for (const [what, roles] of Object.entries({ byPath, byHash, both: [...byPath, ...byHash] })) {
    it(`leaves out none that covers a path, and keeps the order: ${what}`, () => {
      const index = new DelegationIndex(roles);
      for (const path of paths) {
        const names = (all: readonly DelegatedRole[]) =>
          all.filter((each) => isDelegated(each, path)).map(({ name }) => name);
        assert.deepEqual(names(index.candidates(path)), names(roles));
      }
    });
  }

  it('holds a path against few of many', () => {
    const many = Array.from({ length: 1000 }, (_, at) => role(`r${at}`, { paths: [`p${at}/*`] }));
    const found = new DelegationIndex(many).candidates('p17/file');
    assert.deepEqual(
      found.map(({ name }) => name),
      ['r17'],
    );
  });
});
