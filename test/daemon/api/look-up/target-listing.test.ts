import assert from 'node:assert/strict';
import { loadRepository, type LoadedRepository } from '../../../../core/rules/repository.ts';
import { listTargets } from '../../../../daemon/api/look-up/target-listing.ts';
import { memoryState } from '../../../kit/memory-state.ts';
import {
  entryOf,
  fileOf,
  people,
  putRole,
  roleSigned,
  validTree,
} from '../../../kit/source-tree.ts';

/** Code units and code points put them in different orders. */
const odd = ['pool/\uffee.tgz', 'pool/\u{1f4e6}.tgz'];
const ofAlice = ['pool/a.tgz', 'pool/c.tgz', 'pool-2/a.tgz', 'pool/b/x.tgz', ...odd];
const ofBob = ['pool/b.tgz', 'pool/d.tgz', 'pool/a.tgz.sig', 'zoo/z.tgz', 'pool'];
const all = [...ofAlice, ...ofBob].sort();

/** Roles whose paths lie between each other's. */
function repository(): Promise<LoadedRepository> {
  const tree = validTree();
  const entry = entryOf(tree, fileOf.alice);
  const listing = (paths: readonly string[]) =>
    roleSigned(1, Object.fromEntries(paths.map((path) => [path, entry])));
  putRole(tree, 'alice', listing(ofAlice), [people.alice]);
  putRole(tree, 'bob', listing(ofBob), [people.bob]);
  return loadRepository(memoryState(tree));
}

describe('a list of targets', () => {
  let loaded: LoadedRepository;

  before(async () => {
    loaded = await repository();
  });

  function pathsOf(prefix: string, after?: string): readonly string[] {
    return [...listTargets(loaded, prefix, after)].map(({ path }) => path);
  }

  it('is by path, whatever roles list them', () => {
    assert.deepEqual(pathsOf(''), all);
  });

  it('names the role that lists each', () => {
    for (const { path, role } of listTargets(loaded, '', undefined)) {
      assert.equal(role.name, ofAlice.includes(path) ? 'alice' : 'bob', path);
    }
  });

  for (const prefix of ['pool', 'pool/', 'pool/a.tgz', 'zoo', 'a', 'zzz', odd[1] ?? '']) {
    it(`holds those that begin with ${JSON.stringify(prefix)}, and no others`, () => {
      assert.deepEqual(
        pathsOf(prefix),
        all.filter((path) => path.startsWith(prefix)),
      );
    });
  }

  it('goes on behind each of them', () => {
    for (const [at, path] of all.entries()) assert.deepEqual(pathsOf('', path), all.slice(at + 1));
  });

  it('goes on behind one that is no longer there', () => {
    assert.deepEqual(
      pathsOf('pool/', 'pool/bb.tgz'),
      all.filter((path) => path.startsWith('pool/') && path > 'pool/bb.tgz'),
    );
  });

  it('begins with the prefix, where the last one known lies before it', () => {
    assert.deepEqual(pathsOf('zoo/', 'pool/a.tgz'), ['zoo/z.tgz']);
  });
});
