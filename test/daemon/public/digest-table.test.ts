import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { DigestTable } from '../../../daemon/public/digest-table.ts';

describe('a table of digests', () => {
  const digests = Array.from({ length: 20_000 }, (_, count) =>
    createHash('sha256').update(`${count}`).digest(),
  );

  it('finds each of many again, and nothing else', () => {
    const table = filled();
    for (const [count, digest] of digests.entries()) assert.equal(table.get(digest), count);
    assert.equal(table.get(randomBytes(32)), undefined);
    assert.equal(table.size, digests.length);
  });

  it('holds numbers up to the length of the largest file', () => {
    const table = new DigestTable();
    const digest = randomBytes(16);
    table.set(digest, 1);
    table.set(digest, 2 ** 48 - 1);
    assert.equal(table.get(digest), 2 ** 48 - 1);
    assert.equal(table.size, 1);
  });

  it('finds what stands behind one that was deleted', () => {
    const table = filled();
    for (const digest of digests.slice(0, 10_000)) table.delete(digest);
    for (const digest of digests.slice(0, 10_000)) assert.equal(table.get(digest), undefined);
    for (const digest of digests.slice(10_000)) assert.notEqual(table.get(digest), undefined);
    assert.equal(table.size, 10_000);
  });

  it('does not grow for ever when as much goes as comes', () => {
    const table = new DigestTable();
    for (const digest of digests) {
      table.set(digest, 1);
      table.delete(digest);
    }
    assert.equal(table.size, 0);
    assert.ok(table.bytes.length <= new DigestTable().bytes.length);
  });

  it('comes back from its bytes as it was', () => {
    const table = new DigestTable(Buffer.from(filled().bytes));
    assert.equal(table.size, digests.length);
    for (const [count, digest] of digests.entries()) assert.equal(table.get(digest), count);
  });

  function filled(): DigestTable {
    const table = new DigestTable();
    for (const [count, digest] of digests.entries()) table.set(digest, count);
    return table;
  }
});
