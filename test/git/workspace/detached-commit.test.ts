import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import { objectId, type ObjectId } from '../../../core/git/object-id.ts';
import type { Workspace } from '../../../core/git/workspace/workspace.ts';
import { gitServer, tokenOfAlice } from '../../kit/git-server.ts';
import type { GitSandbox } from '../../kit/git.ts';
import { alice, workspaceFixture, type WorkspaceFixture } from './workspace-fixture.ts';

describe('a commit beside the working tree', () => {
  let fixture: WorkspaceFixture;
  let sandbox: GitSandbox;
  let workspace: Workspace;
  let main: ObjectId;

  beforeEach(async () => {
    fixture = await workspaceFixture();
    ({ sandbox, workspace } = fixture);
    main = await workspace.head();
  });

  afterEach(() => sandbox.remove());

  function commitOnto(
    parent: ObjectId,
    files: Readonly<Record<string, string | undefined>>,
    from: Workspace = workspace,
  ): Promise<ObjectId> {
    const contents = Object.entries(files).map(
      ([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)] as const,
    );
    return from.commitOnto(parent, { files: new Map(contents), message: 'sign', author: alice });
  }

  it('puts files in and takes them out, and leaves HEAD, index and files alone', async () => {
    await fixture.write('metadata/targets.json', 'a draft');
    const oid = await commitOnto(main, {
      'metadata/targets.json': 'targets 2',
      'targets/a/one.txt': undefined,
      'targets/b/two.txt': 'two',
    });
    assert.equal(await workspace.head(), main);
    assert.equal(await readFile(fixture.file('metadata/targets.json'), 'utf8'), 'a draft');
    assert.equal(await fixture.git('status', '--porcelain'), 'M metadata/targets.json');
    assert.equal(
      await fixture.git('diff', '--raw', '--no-abbrev', '--no-renames', '--name-status', main, oid),
      'M\tmetadata/targets.json\nD\ttargets/a/one.txt\nA\ttargets/b/two.txt',
    );
    await fixture.git('fsck', '--strict');
  });

  it('is compared with another one, folders included', async () => {
    const oid = await commitOnto(main, { 'targets/a/one.txt': undefined, 'targets/b': 'a file' });
    const changes = await workspace.treeChanges(main, oid);
    const told = changes.map(({ path, before, after }) => [path, before?.mode, after?.mode]);
    assert.deepEqual(told.sort(), [
      ['targets', '040000', '040000'],
      ['targets/a', '040000', undefined],
      ['targets/a/one.txt', '100644', undefined],
      ['targets/b', undefined, '100644'],
    ]);
    const tree = await workspace.tree(oid);
    const file = await tree.find('targets/b');
    assert.equal(file && (await tree.read(file)).toString(), 'a file');
    assert.deepEqual(
      (await tree.list('targets')).map(({ path }) => path),
      ['targets/b'],
    );
    assert.equal(await tree.find('targets/a'), undefined);
  });

  it('shares with main what it was made on, and with another history nothing', async () => {
    const oid = await commitOnto(main, { 'README.md': 'one' });
    await fixture.pushFromBob('README.md', 'two');
    await workspace.fetch();
    const moved = (await workspace.resolve('origin/main')) ?? assert.fail('nothing was fetched');
    assert.equal(await workspace.mergeBase(oid, moved), main);
    const tree = await fixture.git('rev-parse', `${main}^{tree}`);
    const orphan = objectId(await fixture.git('commit-tree', '-m', 'orphan', tree));
    assert.equal(await workspace.mergeBase(orphan, moved), undefined);
  });

  for (const kind of ['a path', 'HTTP'] as const) {
    it(`is pushed as a branch over ${kind}, seen by others, and gone when the branch is`, async () => {
      const server = await gitServer(sandbox.bare);
      const url = kind === 'HTTP' ? server.url : sandbox.bare;
      const clone = (name: string): Promise<Workspace> =>
        cloneWorkspace({ url, dir: join(sandbox.dir, name), token: tokenOfAlice });
      const [one, two] = [await clone('one'), await clone('two')];
      const first = await commitOnto(main, { 'metadata/targets.json': 'targets 2' }, one);
      const push = { ref: first, remoteRef: 'sign/release' };
      assert.equal((await one.push(push)).accepted, true);
      assert.deepEqual([...(await one.remoteBranches('sign'))], [['release', first]]);
      await two.fetch();
      assert.deepEqual([...(await two.remoteBranches('sign'))], [['release', first]]);
      const second = await commitOnto(first, { 'metadata/targets.json': 'targets 2, signed' }, two);
      assert.equal((await two.push({ ref: second, remoteRef: 'sign/release' })).accepted, true);
      const third = await commitOnto(first, { 'metadata/targets.json': 'targets 2, late' }, one);
      const late = await one.push({ ref: third, remoteRef: 'sign/release' });
      assert.deepEqual([late.accepted, late.reason], [false, 'non-fast-forward']);
      await sandbox.ok(['update-ref', '-d', 'refs/heads/sign/release']);
      await one.fetch();
      assert.deepEqual([...(await one.remoteBranches('sign'))], []);
      await server.close();
    });
  }
});
