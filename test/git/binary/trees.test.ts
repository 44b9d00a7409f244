import { strict as assert } from 'node:assert';
import {
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { shownPath } from '../../../core/git/binary/tree-object.ts';
import type { TreeEntry } from '../../../core/git/binary/trees.ts';
import { EMPTY_TREE, objectId, type ObjectId } from '../../../core/git/object-id.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

interface Item {
  readonly mode: string;
  readonly name: string | Buffer;
  readonly oid: string;
}

describe('what a tree holds', () => {
  let sandbox: GitSandbox;
  let repository: BareRepository;
  let blob: ObjectId;
  let other: ObjectId;

  before(async () => {
    sandbox = await gitSandbox();
    repository = openBareRepository(sandbox.bare);
    blob = await repository.writeBlob(Buffer.from('content'));
    other = await repository.writeBlob(Buffer.from('other content'));
  });

  after(async () => {
    await repository.close();
    await sandbox.remove();
  });

  /** A tree object byte for byte, however wrong. */
  async function rawTree(...items: Item[]): Promise<ObjectId> {
    const bytes = items.map(({ mode, name, oid }) =>
      Buffer.concat([
        Buffer.from(`${mode} `),
        Buffer.from(name),
        Buffer.from('\0'),
        Buffer.from(oid, 'hex'),
      ]),
    );
    const args = ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'];
    return objectId(await sandbox.ok(args, { input: Buffer.concat(bytes) }));
  }

  async function only(tree: ObjectId): Promise<TreeEntry> {
    const [entry, ...rest] = await repository.tree(tree);
    assert.ok(entry);
    assert.deepEqual(rest, []);
    return entry;
  }

  for (const [what, mode, type] of [
    ['a symbolic link', '120000', 'blob'],
    ['an executable file', '100755', 'blob'],
    ['a group-writable file, which ls-tree shows as an ordinary one', '100664', 'blob'],
    ['a submodule', '160000', 'commit'],
  ] as const) {
    it(`shows ${what}`, async () => {
      const entry = await only(await rawTree({ mode, name: 'name', oid: blob }));
      assert.deepEqual([entry.mode, entry.type], [mode, type]);
    });
  }

  it('shows a change of nothing but a mode that diff-tree does not see', async () => {
    const before = await rawTree({ mode: '100644', name: 'name', oid: blob });
    const after = await rawTree({ mode: '100664', name: 'name', oid: blob });
    const [change] = await repository.changes(before, after);
    assert.deepEqual([change?.before?.mode, change?.after?.mode], ['100644', '100664']);
  });

  it('tells a zero-padded mode from the proper one', async () => {
    const inner = await rawTree({ mode: '100644', name: 'name', oid: blob });
    const proper = await rawTree({ mode: '40000', name: 'folder', oid: inner });
    const padded = await rawTree({ mode: '040000', name: 'folder', oid: inner });
    const modes = async (tree: ObjectId): Promise<string[]> =>
      (await repository.tree(tree)).map(({ mode }) => mode);
    assert.deepEqual(await modes(proper), ['040000', '100644']);
    assert.deepEqual(await modes(padded), ['0040000', '100644']);
  });

  it('shows empty folders, also within folders', async () => {
    const empty = await rawTree();
    assert.equal(empty, EMPTY_TREE);
    const inner = await rawTree({ mode: '40000', name: 'inner', oid: empty });
    const tree = await rawTree({ mode: '40000', name: 'outer', oid: inner });
    assert.deepEqual(
      (await repository.tree(tree)).map(({ path, oid }) => [path, oid]),
      [
        ['outer', inner],
        ['outer/inner', EMPTY_TREE],
      ],
    );
  });

  it('has no text for a name that is not UTF-8, but its bytes and a printable form', async () => {
    const name = Buffer.from([0x61, 0xff, 0x0a, 0x1b]);
    const entry = await only(await rawTree({ mode: '100644', name, oid: blob }));
    assert.equal(entry.path, undefined);
    assert.deepEqual(entry.pathBytes, name);
    assert.equal(shownPath(entry.pathBytes), 'a\\xff\\x0a\\x1b');
  });

  it('keeps a byte order mark as part of a name', async () => {
    const entry = await only(await rawTree({ mode: '100644', name: '\ufeffname', oid: blob }));
    assert.equal(entry.path, '\ufeffname');
  });

  it('shows terminal escapes and line breaks in names only in a printable form', async () => {
    const entry = await only(await rawTree({ mode: '100644', name: 'a\n\u001b[2J', oid: blob }));
    assert.equal(entry.path, 'a\n\u001b[2J');
    assert.match(shownPath(entry.pathBytes), /^[\x20-\x7e]+$/);
  });

  it('refuses a name that comes twice, once as a file and once as a folder', async () => {
    const inner = await rawTree({ mode: '100644', name: 'name', oid: blob });
    const tree = await rawTree(
      { mode: '100644', name: 'twin', oid: blob },
      { mode: '40000', name: 'twin', oid: inner },
    );
    await assert.rejects(repository.tree(tree), { code: 'repository.object' });
  });

  it('refuses a name that comes twice when only the second was added', async () => {
    const before = await rawTree({ mode: '100644', name: 'twin', oid: blob });
    const after = await rawTree(
      { mode: '100644', name: 'twin', oid: blob },
      { mode: '100644', name: 'twin', oid: other },
    );
    await assert.rejects(repository.changes(before, after), { code: 'repository.object' });
  });

  for (const name of ['', 'folder/name']) {
    it(`refuses the impossible name "${name}"`, async () => {
      const tree = await rawTree({ mode: '100644', name, oid: blob });
      await assert.rejects(repository.tree(tree), { code: 'repository.object' });
    });
  }

  it('refuses a tree that is cut short', async () => {
    const input = Buffer.from('100644 name\0too short');
    const args = ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'];
    const tree = objectId(await sandbox.ok(args, { input }));
    await assert.rejects(repository.tree(tree), { code: 'repository.object' });
  });

  it('refuses a folder that is missing, or that is a file', async () => {
    const missing = await rawTree({ mode: '40000', name: 'folder', oid: 'ab'.repeat(20) });
    const isFile = await rawTree({ mode: '40000', name: 'folder', oid: blob });
    await assert.rejects(repository.tree(missing), { code: 'repository.object' });
    await assert.rejects(repository.tree(isFile), { code: 'repository.object' });
  });

  it('stops at a tree of few bytes that stands for 10^20 paths', async () => {
    let tree = await rawTree({ mode: '100644', name: 'bomb', oid: blob });
    for (let depth = 0; depth < 20; depth += 1) {
      const names = Array.from({ length: 10 }, (_, index) => String(index));
      tree = await rawTree(...names.map((name) => ({ mode: '40000', name, oid: tree })));
    }
    const limits = { maxEntries: 5000 };
    await assert.rejects(repository.tree(tree, limits), { code: 'git.too-many' });
    await assert.rejects(repository.changes(undefined, tree, limits), { code: 'git.too-many' });
  });

  it('stops at folders nested without end', async () => {
    let tree = await rawTree({ mode: '100644', name: 'deep', oid: blob });
    for (let depth = 0; depth < 70; depth += 1) {
      tree = await rawTree({ mode: '40000', name: 'folder', oid: tree });
    }
    await assert.rejects(repository.tree(tree), { code: 'git.too-many' });
  });

  it('sees a submodule although the tip asks that submodules be ignored', async () => {
    const modules = await repository.writeBlob(
      Buffer.from('[submodule "name"]\n\tpath = name\n\turl = .\n\tignore = all\n'),
    );
    const before = await rawTree({ mode: '100644', name: '.gitmodules', oid: modules });
    const commit = await sandbox.ok(['commit-tree', '-m', 'modules', before]);
    await sandbox.ok(['update-ref', 'refs/heads/main', commit]);
    const after = await rawTree(
      { mode: '100644', name: '.gitmodules', oid: modules },
      { mode: '160000', name: 'name', oid: blob },
    );
    const changes = await repository.changes(before, after);
    assert.deepEqual(
      changes.map(({ path }) => path),
      ['name'],
    );
  });

  it('lists changes with their folders, a file that becomes a folder as two', async () => {
    const before = await repository.writeTree(
      undefined,
      new Map([
        ['file', blob],
        ['gone/name', blob],
        ['kept', blob],
      ]),
    );
    const edits = new Map([
      ['file', undefined],
      ['file/name', other],
      ['gone/name', undefined],
    ]);
    const after = await repository.writeTree(before, edits);
    const changes = await repository.changes(before, after);
    assert.deepEqual(
      changes.map((each) => [each.path, each.before?.type, each.after?.type]),
      [
        ['file', 'blob', undefined],
        ['file', undefined, 'tree'],
        ['file/name', undefined, 'blob'],
        ['gone', 'tree', undefined],
        ['gone/name', 'blob', undefined],
      ],
    );
  });

  it('takes a commit for its tree, and nothing at all for an empty one', async () => {
    const tree = await repository.writeTree(undefined, new Map([['name', blob]]));
    const commit = objectId(await sandbox.ok(['commit-tree', '-m', 'one', tree]));
    assert.deepEqual(await repository.changes(tree, commit), []);
    assert.equal((await repository.changes(undefined, commit)).length, 1);
    assert.deepEqual(await repository.changes(EMPTY_TREE, EMPTY_TREE), []);
  });
});
