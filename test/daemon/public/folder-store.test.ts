import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fault } from '../../../core/error/error.ts';
import { FolderStore } from '../../../daemon/public/folder-store.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { freshFolders } from '../../kit/folders.ts';

const bytes = (text: string) => Buffer.from(text);

describe('the public folder', () => {
  const folder = freshFolders();
  const open = () => FolderStore.open(folder());

  it('puts a file once; the same bytes again are fine, others are not', async () => {
    const store = await open();
    await store.put('metadata/1.root.json', bytes('one'));
    await store.put('metadata/1.root.json', bytes('one'));
    await rejectsWithFault('publish.file-changed', store.put('metadata/1.root.json', bytes('two')));
    assert.equal((await store.read('metadata/1.root.json'))?.toString(), 'one');
    await store.sync();
  });

  it('gives content a second name, on the same terms', async () => {
    const store = await open();
    await store.put('targets/a', bytes('one'));
    await store.alias('targets/a', 'targets/b');
    await store.alias('targets/a', 'targets/b');
    await store.put('targets/c', bytes('other'));
    await rejectsWithFault('publish.file-changed', store.alias('targets/a', 'targets/c'));
    assert.equal((await store.read('targets/b'))?.toString(), 'one');
  });

  it('replaces the timestamp', async () => {
    const store = await open();
    await store.replace('metadata/timestamp.json', bytes('one'));
    await store.replace('metadata/timestamp.json', bytes('two'));
    assert.equal((await store.read('metadata/timestamp.json'))?.toString(), 'two');
  });

  it('mends a file by another one in its place: who reads the wrong one reads on', async () => {
    const store = await open();
    await store.put('targets/a', bytes('wrong'));
    const before = await store.seen('targets/a');
    const reader = await store.open('targets/a', 5);
    assert.ok(before && reader);
    await store.mend('targets/a', bytes('right'));
    await store.sync();
    assert.equal((await buffer(reader.pieces({ start: 0, end: 4 }))).toString(), 'wrong');
    await reader.close();
    assert.equal((await store.read('targets/a'))?.toString(), 'right');
    assert.notEqual((await store.seen('targets/a'))?.mark, before.mark);
    assert.equal(await store.seen('targets'), undefined);
  });

  it('keeps what there is where what should mend it ends with an error', async () => {
    const store = await open();
    await store.put('targets/a', bytes('as it was'));
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream, as others are
    const cut = async function* () {
      yield bytes('half');
      throw fault('target.length', 'targets/a', 'cut');
    };
    await rejectsWithFault('target.length', store.mend('targets/a', cut()));
    assert.equal((await store.read('targets/a'))?.toString(), 'as it was');
    assert.deepEqual(await readdir(path.join(folder(), '.partial')), []);
  });

  it('goes on in a folder that was taken away', async () => {
    const store = await open();
    await store.put('targets/a', bytes('one'));
    await rm(folder(), { recursive: true });
    await store.sync();
    await store.put('targets/b', bytes('two'));
    await store.mend('metadata/1.root.json', bytes('three'));
    await store.sync();
    assert.equal((await store.list()).length, 2);
  });

  it('lists, opens and deletes', async () => {
    const store = await open();
    await store.put('targets/x/y', bytes('0123456789'));
    assert.deepEqual(await store.list(), [{ name: 'targets/x/y', length: 10 }]);
    const opened = await store.open('targets/x/y', 10);
    assert.ok(opened);
    assert.equal((await buffer(opened.pieces({ start: 2, end: 4 }))).toString(), '234');
    await opened.close();
    assert.equal(await store.open('targets/x/y', 11), undefined);
    await store.delete('targets/x/y');
    assert.equal(await store.open('targets/x/y', 10), undefined);
    assert.deepEqual(await store.list(), []);
  });

  it('gives less than was asked for to nobody', async () => {
    const store = await open();
    await store.put('targets/x/y', bytes('0123456789'));
    const opened = await store.open('targets/x/y', 10);
    assert.ok(opened);
    await truncate(path.join(folder(), 'targets/x/y'), 5);
    const pieces = opened.pieces({ start: 2, end: 9 });
    await rejectsWithFault('publish.file-changed', buffer(pieces));
    await opened.close();
  });

  it('shows nothing of what a crash left half written, and clears it away', async () => {
    await mkdir(path.join(folder(), '.partial'));
    await writeFile(path.join(folder(), '.partial', 'half'), 'ha');
    const store = await open();
    assert.deepEqual(await store.list(), []);
    assert.deepEqual(await readdir(path.join(folder(), '.partial')), []);
  });

  it('says so where a folder stands in the place of a file', async () => {
    const store = await open();
    await store.put('targets/x/y', bytes('one'));
    await rejectsWithFault('publish.file-changed', store.put('targets/x', bytes('two')));
    await rejectsWithFault('home.not-writable', store.put('targets/x/y/z', bytes('two')));
  });

  for (const [what, make] of [
    ['a folder', (file: string) => mkdir(`${file}/inside`, { recursive: true })],
    ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
    ['a link to itself', (file: string) => symlink(path.basename(file), file)],
    ['a link to what never ends', (file: string) => symlink('/dev/zero', file)],
    [
      'a huge file',
      async (file: string) => {
        await writeFile(file, '');
        await truncate(file, 2 ** 40);
      },
    ],
  ] as const) {
    it(`takes ${what} for nothing that it has: nothing is put there, but it is mended`, async () => {
      const store = await open();
      const name = 'metadata/timestamp.json';
      await mkdir(path.join(folder(), 'metadata'));
      await make(path.join(folder(), name));
      assert.equal(await store.read(name), undefined);
      assert.equal(await store.open(name, 0), undefined);
      await rejectsWithFault('publish.file-changed', store.check(name, bytes('one')));
      await store.replace(name, bytes('one'));
      assert.equal((await store.read(name))?.toString(), 'one');
    });
  }

  it('has nothing below a file', async () => {
    const store = await open();
    await store.put('targets/x', bytes('one'));
    assert.equal(await store.read('targets/x/y'), undefined);
    assert.equal(await store.open('targets/x/y', 3), undefined);
  });

  it('leaves a file readable for the web server', async () => {
    const store = await open();
    await store.put('metadata/1.root.json', bytes('one'));
    const file = path.join(folder(), 'metadata', '1.root.json');
    await chmod(file, 0o444);
    await store.put('metadata/1.root.json', bytes('one'));
    assert.equal(await readFile(file, 'utf8'), 'one');
  });
});
