import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blobFile, openBlobStore } from '../../../core/blobs/blob-store.ts';
import { readState } from '../../../core/gate/state.ts';
import { loadRepository } from '../../../core/rules/repository.ts';
import { FolderStore } from '../../../daemon/public/folder-store.ts';
import { publicTargets, type PublicTarget } from '../../../daemon/public/public-files.ts';
import { putTarget } from '../../../daemon/public/put-target.ts';
import { putBlob } from '../../kit/blobs.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { makeHome, nextVersion, type TestHome } from '../../kit/home.ts';
import { fileOf } from '../../kit/source-tree.ts';

const file = 'alice-project/tool/2.0.0/tool.tgz';
const content = 'kept outside of git';
const sha = (algorithm: string, text = content) => createHash(algorithm).update(text).digest('hex');

describe('a target file that is not in the tree', () => {
  let home: TestHome;
  let store: FolderStore;

  beforeEach(async () => {
    home = await makeHome();
    store = await FolderStore.open(home.paths.public);
  });
  afterEach(() => home.remove());

  /** Lists the file in alice's role, with nothing of it in the tree. */
  const list = async (hashes: Record<string, string>, length = content.length) => {
    await home.commit((tree) => {
      nextVersion(tree, 'alice', (signed) => ({
        ...signed,
        targets: { [file]: { length, hashes } },
      }));
    });
    return targetAt(file);
  };
  const targetAt = async (wanted: string): Promise<[PublicTarget, () => Promise<void>]> => {
    const tip = await home.tip();
    const repository = await loadRepository(await readState(home.git, tip));
    const target = [...publicTargets(repository)].find((each) => each.path === wanted);
    assert.ok(target);
    const sources = { git: home.git, blobs: openBlobStore(home.paths.blobs) };
    const tree = await home.git.openTree(tip);
    return [target, () => putTarget(store, sources, tree, target)];
  };
  const nothingPublished = async () => {
    assert.deepEqual(await store.list(), []);
  };

  it('comes from the blob store, under a name for each hash', async () => {
    await putBlob(home.paths.blobs, content);
    const [{ names }, put] = await list({ sha256: sha('sha256'), sha512: sha('sha512') });
    await put();
    assert.equal(names.length, 2);
    for (const name of names) assert.equal((await store.read(name))?.toString(), content);
  });

  it('is put again without harm, as after a crash', async () => {
    await putBlob(home.paths.blobs, content);
    const [{ names }, put] = await list({ sha256: sha('sha256'), sha512: sha('sha512') });
    await put();
    await put();
    assert.equal((await store.list()).length, names.length);
  });

  it('does not take the place of another content under its name', async () => {
    await putBlob(home.paths.blobs, content);
    const [{ names }, put] = await list({ sha256: sha('sha256') });
    await store.put(names[0] ?? '', Buffer.from('KEPT outside of git'));
    await rejectsWithFault('publish.file-changed', put());
    assert.equal((await store.read(names[0] ?? ''))?.toString(), 'KEPT outside of git');
  });

  it('is missing when the blob store lacks it too', async () => {
    const [, put] = await list({ sha256: sha('sha256') });
    await rejectsWithFault('target.missing', put());
    await nothingPublished();
  });

  it('is not published when a blob does not hold what its name says', async () => {
    const sha256 = sha('sha256');
    await putBlob(home.paths.blobs, content);
    const blob = blobFile(home.paths.blobs, sha256);
    await rm(blob);
    await writeFile(blob, content.toUpperCase());
    const [, put] = await list({ sha256 });
    await rejectsWithFault('target.hash', put());
    await nothingPublished();
  });

  it('is not published when one of its two hashes is wrong', async () => {
    await putBlob(home.paths.blobs, content);
    const [, put] = await list({ sha256: sha('sha256'), sha512: sha('sha512', 'another') });
    await rejectsWithFault('target.hash', put());
    await nothingPublished();
  });

  it('is not published when its length is another', async () => {
    await putBlob(home.paths.blobs, content);
    for (const length of [content.length - 1, content.length + 1]) {
      const [, put] = await list({ sha256: sha('sha256') }, length);
      await rejectsWithFault('target.length', put());
      await nothingPublished();
    }
  });

  it('goes by in pieces: many times larger than one of them, and still whole', async () => {
    const large = Buffer.alloc(5 * 2 ** 20 + 1, 'tuf');
    const sha256 = await putBlob(home.paths.blobs, large);
    const [{ names }, put] = await list({ sha256 }, large.length);
    await put();
    assert.deepEqual(await store.read(names[0] ?? ''), large);
  });

  it('and one that is in the tree comes from there', async () => {
    const [{ names }, put] = await targetAt(fileOf.alice);
    await put();
    assert.equal((await store.read(names[0] ?? ''))?.toString(), 'alice’s tool');
    assert.equal(path.posix.dirname(names[0] ?? ''), `targets/${path.posix.dirname(fileOf.alice)}`);
  });
});
