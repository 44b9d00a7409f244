import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { blobFile, openBlobStore } from '../../core/blobs/blob-store.ts';
import { putBlob } from '../kit/blobs.ts';
import { throwsFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';

const absent = 'ab'.repeat(32);

describe('the blob store', () => {
  const folder = freshFolders();

  it('finds a file by its hash, with its length, and streams it', async () => {
    const sha256 = await putBlob(folder(), 'ten bytes.');
    const store = openBlobStore(folder());
    assert.deepEqual(await store.find(sha256), { length: 10 });
    assert.equal((await buffer(store.stream(sha256))).toString(), 'ten bytes.');
  });

  it('finds an empty file', async () => {
    const sha256 = await putBlob(folder(), '');
    assert.deepEqual(await openBlobStore(folder()).find(sha256), { length: 0 });
  });

  it('finds nothing where nothing is, not even the folder', async () => {
    assert.equal(await openBlobStore(folder()).find(absent), undefined);
    assert.equal(await openBlobStore(path.join(folder(), 'nowhere')).find(absent), undefined);
    const missing = openBlobStore(folder()).stream(absent);
    await assert.rejects(buffer(missing), { code: 'ENOENT' });
  });

  it('makes no path of what is no hash', async () => {
    const sha256 = await putBlob(folder(), 'here');
    const store = openBlobStore(folder());
    for (const odd of [sha256.toUpperCase(), sha256.slice(1), '', `../${sha256}`, `${sha256}\n`]) {
      assert.equal(await store.find(odd), undefined, odd);
      throwsFault('target.hashes', () => store.stream(odd));
    }
  });

  it('finds no link and no folder under such a name', async () => {
    const sha256 = await putBlob(folder(), 'elsewhere');
    const store = openBlobStore(folder());
    await mkdir(path.dirname(blobFile(folder(), absent)));
    await symlink(blobFile(folder(), sha256), blobFile(folder(), absent));
    assert.equal(await store.find(absent), undefined);
    const other = 'cd'.repeat(32);
    await mkdir(blobFile(folder(), other), { recursive: true });
    assert.equal(await store.find(other), undefined);
  });
});
