import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFlatCommit } from '../../../core/git/binary/flat-commit.ts';
import {
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

const author = { name: 'tuf-on-git', email: 'tuf-on-git@localhost' };
const time = new Date('2026-01-01T12:00:00Z');
const message = 'snapshot 2, timestamp 3\n\nof a commit\n';
const files = new Map([
  ['timestamp.json', Buffer.from('{"version":3}')],
  ['generation.json', Buffer.alloc(100_000, 'a')],
  ['snapshot.json', Buffer.alloc(0)],
]);

describe('a commit of a few files', () => {
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

  const write = (...parents: ObjectId[]) =>
    writeFlatCommit(sandbox.bare, { files, parents, message, author, time });

  it('is the one that git would make', async () => {
    const first = await write();
    const edits = await Promise.all(
      [...files].map(async ([name, bytes]) => [name, await repository.writeBlob(bytes)] as const),
    );
    const tree = await repository.writeTree(undefined, new Map(edits));
    const wanted = { tree, message, author, time };
    assert.equal(first, await repository.writeCommit({ ...wanted, parents: [] }));
    const second = await write(first);
    assert.equal(second, await repository.writeCommit({ ...wanted, parents: [first] }));
  });

  it('is there for a git that was started before, and sound', async () => {
    const first = await write();
    const second = await write(first);
    assert.deepEqual((await repository.commit(second)).parents, [first]);
    const found = await repository.find(second, 'generation.json');
    assert.equal(found?.size, 100_000);
    await repository.updateRef({ ref: 'refs/tuf/published', from: undefined, to: second, message });
    const said = execFileSync('git', ['--git-dir', sandbox.bare, 'fsck', '--strict', '--full']);
    assert.equal(said.toString(), '');
  });

  it('leaves objects alone that are there', async () => {
    assert.equal(await write(), await write());
  });

  it('says so where it cannot write, and leaves nothing', async () => {
    const objects = path.join(sandbox.bare, 'objects');
    for (let byte = 0; byte < 256; byte += 1) {
      await writeFile(path.join(objects, byte.toString(16).padStart(2, '0')), 'in the way');
    }
    const before = await readdir(objects);
    await rejectsWithFault('home.not-writable', write());
    assert.deepEqual(await readdir(objects), before);
  });
});
