import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  gitRepository,
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { CatFile } from '../../../core/git/binary/cat-file.ts';
import { EMPTY_TREE, isObjectId, objectId, ZERO } from '../../../core/git/object-id.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

const missing = objectId('ab'.repeat(20));

describe('objects of a bare repository', () => {
  let sandbox: GitSandbox;
  let repository: BareRepository;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    repository = openBareRepository(sandbox.bare);
  });

  afterEach(async () => {
    await repository.close();
    await sandbox.remove();
  });

  it('come back as they were written, thousands asked for at once', async () => {
    const contents = [Buffer.alloc(0), Buffer.from('\0\n\0'), Buffer.alloc(300_000, 'a')];
    const oids = await Promise.all(contents.map((each) => repository.writeBlob(each)));
    const wanted = Array.from({ length: 3000 }, (_, index) => index % contents.length);
    const read = await Promise.all(
      wanted.map((index) => repository.blob(oids[index] ?? EMPTY_TREE, 300_000)),
    );
    const lengths = wanted.map((index) => contents[index]?.length);
    assert.deepEqual(
      read.map((bytes) => bytes.length),
      lengths,
    );
    assert.deepEqual(read[1], contents[1]);
  });

  it('have sizes that are told without reading them', async () => {
    const small = await repository.writeBlob(Buffer.from('four'));
    const empty = await repository.writeBlob(Buffer.alloc(0));
    assert.deepEqual(
      await repository.sizes([small, empty, small]),
      new Map([
        [small, 4],
        [empty, 0],
      ]),
    );
  });

  it('are refused over the cap, named as the caller calls them', async () => {
    const large = await repository.writeBlob(Buffer.alloc(1001));
    await assert.rejects(repository.blob(large, 1000, 'metadata/root.json'), {
      code: 'git.too-large',
      where: 'metadata/root.json',
    });
  });

  it('are told missing, and reading goes on', async () => {
    const there = await repository.writeBlob(Buffer.from('there'));
    assert.equal(await repository.info(missing), undefined);
    const [gone, found] = await Promise.allSettled([
      repository.blob(missing, 1000),
      repository.blob(there, 1000),
    ]);
    assert.ok(gone.status === 'rejected');
    assert.equal((gone.reason as { code?: string }).code, 'repository.object');
    assert.ok(found.status === 'fulfilled');
    await assert.rejects(repository.sizes([there, missing]), { code: 'repository.object' });
    await assert.rejects(repository.commit(missing), { code: 'repository.object' });
  });

  it('are not taken for what they are not', async () => {
    const blob = await repository.writeBlob(Buffer.from('a blob'));
    await assert.rejects(repository.blob(EMPTY_TREE, 1000), { code: 'repository.object' });
    await assert.rejects(repository.commit(blob), { code: 'repository.object' });
    await assert.rejects(repository.tree(blob), { code: 'repository.object' });
  });

  it('damaged on disk are an error, and reading goes on after it', async () => {
    const oid = await repository.writeBlob(Buffer.from('soon damaged'));
    const file = join(sandbox.bare, 'objects', oid.slice(0, 2), oid.slice(2));
    await sandbox.ok(['cat-file', '-e', oid]);
    await writeFile(`${file}.new`, 'no zlib stream');
    await rename(`${file}.new`, file);
    await assert.rejects(repository.blob(oid, 1000), { name: 'TufOnGitError' });
    const other = await repository.writeBlob(Buffer.from('whole'));
    assert.equal((await repository.blob(other, 1000)).toString(), 'whole');
  });

  it('are read on after the git that reads them has died', async () => {
    const oid = await repository.writeBlob(Buffer.from('four'));
    const reader = new CatFile(gitRepository(sandbox.bare));
    const relative = `${EMPTY_TREE}:./no-such-thing-in-a-bare-repository`;
    const [deadly, beside] = await Promise.allSettled([
      reader.ask('info', relative),
      reader.ask('info', oid),
    ]);
    assert.deepEqual([deadly.status, beside.status], ['rejected', 'rejected']);
    await assert.rejects(reader.ask('info', relative), { code: 'repository.git' });
    assert.equal((await reader.ask('info', oid))?.info.size, 4);
    await reader.close();
  });

  it('are given up when git hangs on one', async () => {
    const oid = await repository.writeBlob(Buffer.from('four'));
    const folder = join(sandbox.bare, 'objects', missing.slice(0, 2));
    await mkdir(folder);
    execFileSync('mkfifo', [join(folder, missing.slice(2))]);
    const hasty = openBareRepository(sandbox.bare, { timeoutMs: 5_000 });
    await assert.rejects(hasty.info(missing), { code: 'repository.git' });
    assert.deepEqual(await hasty.sizes([oid]), new Map([[oid, 4]]));
    await hasty.close();
  });

  it('are found when they arrive after reading began', async () => {
    await repository.info(missing);
    const clone = await sandbox.clone();
    await clone.write('file', 'late');
    const oid = objectId(await clone.commit('late'));
    await clone.ok('push', '--quiet', 'origin', 'HEAD:main');
    assert.equal((await repository.commit(oid)).message, 'late\n');
  });

  it('are the real ones where a replacement was pushed past the hook', async () => {
    const real = await repository.writeBlob(Buffer.from('real'));
    const forged = await repository.writeBlob(Buffer.from('forged'));
    await sandbox.ok(['update-ref', `refs/replace/${real}`, forged]);
    assert.equal(await sandbox.ok(['cat-file', 'blob', real]), 'forged');
    assert.equal((await repository.blob(real, 1000)).toString(), 'real');
  });

  it('are found by the path to them', async () => {
    const blob = await repository.writeBlob(Buffer.from('four'));
    const path = 'targets/with space/é.txt';
    const tree = await repository.writeTree(undefined, new Map([[path, blob]]));
    assert.deepEqual(await repository.find(tree, path), { oid: blob, type: 'blob', size: 4 });
    assert.equal((await repository.find(tree, 'targets'))?.type, 'tree');
    for (const absent of ['targets/none', './targets', '../targets', '', 'targets//é.txt', '/']) {
      assert.equal(await repository.find(tree, absent), undefined);
    }
    await assert.rejects(repository.find(tree, 'a\nb'), { code: 'repository.object' });
  });

  it('cannot be read where there is no repository', () => {
    assert.throws(() => openBareRepository(join(sandbox.dir, 'none')), {
      code: 'repository.missing',
    });
    assert.throws(() => openBareRepository(sandbox.dir), { code: 'repository.missing' });
  });

  it('are named by 40 lower-case digits, not all of them zero', () => {
    assert.equal(isObjectId('ab'.repeat(20)), true);
    for (const bad of [ZERO, 'AB'.repeat(20), 'ab'.repeat(19), '', 'HEAD', `${missing}\n`]) {
      assert.equal(isObjectId(bad), false);
    }
    assert.throws(() => objectId('--all'), { code: 'repository.object' });
  });
});
