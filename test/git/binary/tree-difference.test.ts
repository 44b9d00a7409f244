import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { differingItems } from '../../../core/git/binary/tree-difference.ts';
import { parseTree } from '../../../core/git/binary/tree-object.ts';

type Entries = Readonly<Record<string, { executable: boolean; oid: Uint8Array }>>;

describe('the difference of two tree objects', () => {
  // Object ids made of few values: the bytes then agree in many places that are no entries.
  const oid = fc
    .uint8Array({ minLength: 19, maxLength: 19, max: 2 })
    .map((bytes) => Uint8Array.of(1, ...bytes));
  const name = fc.stringMatching(/^[ab0 -]{1,3}$/);
  const entries = fc.dictionary(name, fc.record({ executable: fc.boolean(), oid }), {
    maxKeys: 12,
  });

  it('is what a comparison of all entries finds', () => {
    fc.assert(
      fc.property(entries, entries, entries, (shared, before, after) => {
        const one = { ...shared, ...before };
        const two = { ...shared, ...after };
        assert.deepEqual(found(one, two), expected(one, two));
      }),
      { numRuns: 2000 },
    );
  });

  it('is nothing between equal trees', () => {
    const tree = treeObject({ a: { executable: false, oid: new Uint8Array(20).fill(1) } });
    assert.deepEqual(differingItems(tree, tree, 'here'), { before: [], after: [] });
  });

  it('refuses a tree that is cut short where the other goes on', () => {
    const whole = treeObject({ a: { executable: false, oid: new Uint8Array(20).fill(1) } });
    for (let length = 1; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      assert.throws(() => differingItems(whole, cut, 'here'), { code: 'repository.object' });
    }
  });

  it('is not misled by an object id that looks like a name', () => {
    const looksLikeName = new Uint8Array(20).fill(1);
    looksLikeName.set(Buffer.from(' b\0'));
    const before = treeObject({ a: { executable: false, oid: looksLikeName } });
    const after = treeObject({
      a: { executable: false, oid: looksLikeName },
      b: { executable: false, oid: new Uint8Array(20).fill(2) },
    });
    assert.equal(differingItems(before, after, 'here').after.length, 1);
  });
});

function treeObject(entries: Entries): Buffer {
  const sorted = Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(([name, { executable, oid }]) => [
      Buffer.from(`${executable ? '100755' : '100644'} ${name}\0`),
      oid,
    ]),
  );
}

/** Entries of one side only, in words; those on both sides do not count. */
function found(one: Entries, two: Entries): { before: string[]; after: string[] } {
  const { before, after } = differingItems(treeObject(one), treeObject(two), 'here');
  const words = (items: typeof before): string[] =>
    items.map((item) => `${item.mode} ${item.name.toString()} ${item.oid}`);
  return exclusive(words(before), words(after));
}

function expected(one: Entries, two: Entries): { before: string[]; after: string[] } {
  const words = (entries: Entries): string[] =>
    parseTree(treeObject(entries), 'here').map(
      (item) => `${item.mode} ${item.name.toString()} ${item.oid}`,
    );
  return exclusive(words(one), words(two));
}

function exclusive(before: string[], after: string[]): { before: string[]; after: string[] } {
  return {
    before: before.filter((each) => !after.includes(each)),
    after: after.filter((each) => !before.includes(each)),
  };
}
