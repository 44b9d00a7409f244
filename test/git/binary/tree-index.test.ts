import assert from 'node:assert/strict';
import { TreeIndex } from '../../../core/git/binary/tree-index.ts';
import { throwsFault } from '../../kit/faults.ts';

const oid = 'ab'.repeat(20);

/** A tree object of such entries, in the order given: `100644 name`. */
function tree(...entries: string[]): Buffer {
  const each = entries.map((entry) => [Buffer.from(`${entry}\0`), Buffer.from(oid, 'hex')]);
  return Buffer.concat(each.flat());
}

describe('an index of a tree', () => {
  it('finds files and folders by name, and nothing else', () => {
    const names = ['100644 a', '40000 a-folder', '100644 a.json', '100644 zeta.json'];
    const index = new TreeIndex(tree(...names), 'here');
    assert.equal(index.length, 4);
    assert.equal(index.find('a.json')?.oid, oid);
    assert.equal(index.find('a-folder')?.type, 'tree');
    for (const absent of ['', 'A', 'a.jso', 'a.json ', 'b', 'zeta.jsonx']) {
      assert.equal(index.find(absent), undefined, absent);
    }
  });

  it('sorts a folder as if its name ended in a slash, as git does', () => {
    const index = new TreeIndex(tree('100644 a.b', '40000 a', '100644 a0'), 'here');
    for (const name of ['a.b', 'a', 'a0']) assert.ok(index.find(name), name);
  });

  it('has no names in an empty tree', () => {
    assert.equal(new TreeIndex(Buffer.of(), 'here').find('a'), undefined);
  });

  const wrong: readonly (readonly [string, Buffer])[] = [
    ['names out of order', tree('100644 b', '100644 a')],
    ['a name that comes twice', tree('100644 a', '100644 a')],
    ['a folder that comes twice', tree('40000 a', '40000 a')],
    ['a folder sorted like a file', tree('40000 a', '100644 a.b')],
    ['a longer name before a shorter one', tree('100644 aa', '100644 a')],
    ['an object id that is cut short', tree('100644 a', '100644 b').subarray(0, -1)],
    ['a name without an end', Buffer.from('100644 a')],
    ['a mode without an end', Buffer.from('100644')],
  ];
  for (const [what, bytes] of wrong) {
    it(`refuses ${what}`, () => {
      throwsFault('repository.object', () => new TreeIndex(bytes, 'here'));
    });
  }
});
