import { strict as assert } from 'node:assert';
import { access, chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneWorkspace } from '../../../core/git/workspace/clone-workspace.ts';
import { openWorkspace } from '../../../core/git/workspace/open-workspace.ts';
import type { Workspace } from '../../../core/git/workspace/workspace.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';
import { alice, workspaceFixture, type WorkspaceFixture } from './workspace-fixture.ts';

describe('a workspace', () => {
  let fixture: WorkspaceFixture;
  let sandbox: GitSandbox;
  let workspace: Workspace;

  beforeEach(async () => {
    fixture = await workspaceFixture();
    ({ sandbox, workspace } = fixture);
  });

  afterEach(() => sandbox.remove());

  describe('as it is cloned', () => {
    it('has main checked out, byte for byte, and is clean for plain git too', async () => {
      assert.equal(await workspace.branch(), 'main');
      assert.equal(await workspace.head(), await sandbox.ok(['rev-parse', 'main']));
      assert.equal(await readFile(fixture.file('metadata/root.json'), 'utf8'), '{"root":\r\n1}\n');
      assert.deepEqual(await workspace.changedFiles(), []);
      assert.equal(await fixture.git('status', '--porcelain'), '');
    });

    it('keeps line endings even where the user has git turn them', async () => {
      await writeFile(fixture.file('metadata/targets.json'), 'a\r\nb\n');
      await fixture.git('config', 'core.autocrlf', 'true');
      await fixture.git('commit', '--quiet', '-am', 'mixed');
      const stored = await workspace.readAt('HEAD', 'metadata/targets.json');
      assert.equal(stored?.toString(), 'a\r\nb\n');
    });

    it('is found from any folder within, and nowhere else', async () => {
      const opened = await openWorkspace(fixture.file('targets/a'));
      assert.equal(opened.dir, workspace.dir);
      assert.equal(opened.stateDir, fixture.file('.git/tuf-on-git'));
      assert.equal(await opened.remoteUrl(), sandbox.bare);
      await assert.rejects(openWorkspace(sandbox.dir), { code: 'workspace.missing' });
    });

    it('is not made in a folder that holds something', async () => {
      const dir = join(sandbox.dir, 'full');
      await mkdir(dir);
      await writeFile(join(dir, 'mine'), 'precious');
      await assert.rejects(cloneWorkspace({ url: sandbox.bare, dir }), {
        code: 'repository.refused',
      });
      assert.deepEqual(await readdir(dir), ['mine']);
    });

    it('leaves nothing behind when there is nothing to clone', async () => {
      const dir = join(sandbox.dir, 'none');
      const url = join(sandbox.dir, 'missing.git');
      await assert.rejects(cloneWorkspace({ url, dir }), { code: 'repository.unreachable' });
      await assert.rejects(access(dir), { code: 'ENOENT' });
      await mkdir(dir);
      await assert.rejects(cloneWorkspace({ url, dir }), { code: 'repository.unreachable' });
      assert.deepEqual(await readdir(dir), []);
    });

    it('begins the history where the repository is still empty', async () => {
      const empty = await gitSandbox();
      try {
        const first = await cloneWorkspace({ url: empty.bare, dir: join(empty.dir, 'first') });
        await assert.rejects(first.head(), { code: 'repository.not-found' });
        assert.equal(await first.fastForward(), false);
        await writeFile(join(first.dir, 'README.md'), 'hello');
        assert.deepEqual(await first.changedFiles(), [{ path: 'README.md', change: 'added' }]);
        const change = { paths: ['README.md'], message: 'first', author: alice };
        const oid = await first.commit(change);
        assert.equal((await first.push()).accepted, true);
        assert.equal(await empty.ok(['rev-parse', 'main']), oid);
      } finally {
        await empty.remove();
      }
    });

    it('ignores the variables that would point git elsewhere', async () => {
      process.env['GIT_DIR'] = join(sandbox.dir, 'elsewhere');
      try {
        const dir = join(sandbox.dir, 'other');
        const other = await cloneWorkspace({ url: sandbox.bare, dir });
        assert.equal(await other.head(), await workspace.head());
      } finally {
        delete process.env['GIT_DIR'];
      }
    });
  });

  describe('read at a commit', () => {
    it('gives files of any ref, whatever lies in the working tree', async () => {
      await fixture.write('metadata/targets.json', 'changed');
      for (const ref of ['HEAD', 'main', 'origin/main', await workspace.head()]) {
        const bytes = await workspace.readAt(ref, 'metadata/targets.json');
        assert.equal(bytes?.toString(), 'targets 1');
      }
    });

    it('gives them where the working tree has none, or something else than a file', async () => {
      const path = fixture.file('metadata/targets.json');
      const read = async () =>
        (await workspace.readAt('HEAD', 'metadata/targets.json'))?.toString();
      await rm(path);
      assert.equal(await read(), 'targets 1');
      await mkdir(path);
      assert.equal(await read(), 'targets 1');
      await rm(path, { recursive: true });
      await symlink('/dev/zero', path);
      assert.equal(await read(), 'targets 1');
    });

    it('gives nothing for what is not there, or is a folder', async () => {
      assert.equal(await workspace.readAt('HEAD', 'metadata/none.json'), undefined);
      assert.equal(await workspace.readAt('HEAD', 'metadata'), undefined);
      assert.equal(await workspace.readAt('HEAD', 'README.md/below'), undefined);
      assert.equal(await workspace.readAt('nowhere', 'README.md'), undefined);
      assert.equal(await workspace.resolve('nowhere'), undefined);
    });

    it('lists files below a folder', async () => {
      assert.deepEqual(await workspace.listAt('HEAD', 'metadata'), [
        'metadata/root.json',
        'metadata/targets.json',
      ]);
      assert.deepEqual(await workspace.listAt('HEAD', 'targets/'), ['targets/a/one.txt']);
      assert.equal((await workspace.listAt('HEAD', '')).length, 4);
      assert.deepEqual(await workspace.listAt('HEAD', 'README.md'), []);
      assert.deepEqual(await workspace.listAt('HEAD', 'none'), []);
      assert.deepEqual(await workspace.listAt('nowhere', ''), []);
    });
  });

  describe('when files change', () => {
    it('tells what was added, modified and removed', async () => {
      await fixture.write('metadata/new.json', 'new');
      await fixture.write('metadata/targets.json', 'targets 2');
      await rm(fixture.file('targets/a/one.txt'));
      assert.deepEqual(await workspace.changedFiles(), [
        { path: 'metadata/new.json', change: 'added' },
        { path: 'metadata/targets.json', change: 'modified' },
        { path: 'targets/a/one.txt', change: 'removed' },
      ]);
      assert.deepEqual(await workspace.changedFiles(['targets/']), [
        { path: 'targets/a/one.txt', change: 'removed' },
      ]);
      assert.deepEqual(await workspace.changedFiles([]), []);
    });

    it('sees a change of equal length in the same second', async () => {
      await fixture.write('metadata/targets.json', 'targets 2');
      const [change] = await workspace.changedFiles();
      assert.equal(change?.path, 'metadata/targets.json');
    });

    it('does not take a longer name for a path within', async () => {
      await fixture.write('metadata/targets.json.orig', 'left over');
      assert.deepEqual(await workspace.changedFiles(['metadata/targets.json']), []);
    });

    it('commits exactly the named files', async () => {
      await fixture.write('metadata/targets.json', 'targets 2');
      await fixture.write('targets/b/two.txt', 'two');
      await fixture.write('notes.txt', 'mine');
      await fixture.write('README.md', 'changed and staged');
      await fixture.git('add', 'README.md', 'notes.txt');
      const parent = await workspace.head();
      const oid = await fixture.commit(
        ['metadata/targets.json', 'targets/b/two.txt'],
        ['targets/a/one.txt'],
      );
      assert.equal(await workspace.head(), oid);
      const log = await fixture.git('log', '-1', '--format=%P %an %ae %at %cn %ct %s');
      assert.equal(log, `${parent} Alice alice@example.com 1767268800 Alice 1767268800 change`);
      assert.deepEqual((await fixture.git('diff', '--name-status', parent, oid)).split('\n'), [
        'M\tmetadata/targets.json',
        'D\ttargets/a/one.txt',
        'A\ttargets/b/two.txt',
      ]);
      await assert.rejects(access(fixture.file('targets/a/one.txt')), { code: 'ENOENT' });
      assert.deepEqual(
        (await workspace.changedFiles()).map(({ path }) => path),
        ['README.md', 'notes.txt'],
      );
      await fixture.git('fsck', '--strict');
    });

    it('commits an executable file as an ordinary one', async () => {
      await fixture.write('targets/tool.sh', '#!/bin/sh\n');
      await chmod(fixture.file('targets/tool.sh'), 0o755);
      await fixture.commit(['targets/tool.sh']);
      assert.match(await fixture.git('ls-tree', 'HEAD', 'targets/tool.sh'), /^100644/);
      assert.match(await fixture.git('ls-files', '-s', 'targets/tool.sh'), /^100644/);
      assert.equal(await fixture.git('status', '--porcelain'), '');
    });

    it('commits what a .gitignore would hide', async () => {
      await fixture.write('.gitignore', '*.bin\n');
      await fixture.write('targets/tool.bin', 'tool');
      await fixture.commit(['targets/tool.bin']);
      assert.equal((await workspace.readAt('HEAD', 'targets/tool.bin'))?.toString(), 'tool');
    });

    it('commits no links, no folders, and nothing that is not there', async () => {
      await symlink('/etc/passwd', fixture.file('targets/link'));
      const head = await workspace.head();
      for (const path of ['targets/link', 'targets/a', 'targets/none']) {
        await assert.rejects(fixture.commit([path]), { code: 'workspace.not-allowed' });
      }
      assert.equal(await workspace.head(), head);
    });

    it('has nothing to commit when nothing differs', async () => {
      await assert.rejects(fixture.commit(['metadata/targets.json']), {
        code: 'workspace.nothing-to-do',
      });
      await assert.rejects(fixture.commit([], ['metadata/none.json']), {
        code: 'workspace.nothing-to-do',
      });
    });

    it('takes a commit back and keeps the files', async () => {
      const before = await workspace.head();
      await fixture.write('metadata/targets.json', 'targets 2');
      await fixture.write('metadata/new.json', 'new');
      const refused = await fixture.commit(['metadata/targets.json', 'metadata/new.json']);
      await workspace.rewind(before);
      assert.equal(await workspace.head(), before);
      assert.equal(await readFile(fixture.file('metadata/new.json'), 'utf8'), 'new');
      assert.deepEqual(await workspace.changedFiles(), [
        { path: 'metadata/new.json', change: 'added' },
        { path: 'metadata/targets.json', change: 'modified' },
      ]);
      await assert.rejects(workspace.rewind(refused), { code: 'workspace.base' });
    });
  });
});
