import { strict as assert } from 'node:assert';
import { access, readFile, rm } from 'node:fs/promises';
import type { Workspace } from '../../../core/git/workspace/workspace.ts';
import type { GitSandbox } from '../../kit/git.ts';
import { workspaceFixture, type WorkspaceFixture } from './workspace-fixture.ts';

describe('a workspace and its remote', () => {
  let fixture: WorkspaceFixture;
  let sandbox: GitSandbox;
  let workspace: Workspace;

  beforeEach(async () => {
    fixture = await workspaceFixture();
    ({ sandbox, workspace } = fixture);
  });

  afterEach(() => sandbox.remove());

  describe('when others push', () => {
    it('follows main: new, changed and removed files', async () => {
      await fixture.pushFromBob('metadata/targets.json', 'targets 2');
      await fixture.pushFromBob('targets/b/two.txt', 'two');
      await fixture.pushFromBob('targets/a/one.txt', undefined);
      await workspace.fetch();
      assert.equal(await workspace.fastForward(), true);
      assert.equal(await workspace.head(), await sandbox.ok(['rev-parse', 'main']));
      assert.equal(await readFile(fixture.file('metadata/targets.json'), 'utf8'), 'targets 2');
      assert.equal(await readFile(fixture.file('targets/b/two.txt'), 'utf8'), 'two');
      await assert.rejects(access(fixture.file('targets/a/one.txt')), { code: 'ENOENT' });
      assert.equal(await fixture.git('status', '--porcelain'), '');
      assert.equal(await workspace.fastForward(), false);
    });

    it('keeps local changes to other files, staged or not', async () => {
      await fixture.pushFromBob('metadata/targets.json', 'targets 2');
      await fixture.write('README.md', 'changed here');
      await fixture.write('notes.txt', 'mine');
      await fixture.write('staged.txt', 'staged');
      await fixture.git('add', 'README.md', 'staged.txt');
      await workspace.fetch();
      assert.equal(await workspace.fastForward(), true);
      assert.equal(await readFile(fixture.file('README.md'), 'utf8'), 'changed here');
      assert.equal(await readFile(fixture.file('notes.txt'), 'utf8'), 'mine');
      assert.equal(await readFile(fixture.file('staged.txt'), 'utf8'), 'staged');
      assert.equal(await readFile(fixture.file('metadata/targets.json'), 'utf8'), 'targets 2');
    });

    it('keeps what a refused commit left behind', async () => {
      const before = await workspace.head();
      await fixture.write('metadata/mine.json', 'mine');
      await fixture.commit(['metadata/mine.json']);
      await workspace.rewind(before);
      await fixture.pushFromBob('metadata/targets.json', 'targets 2');
      await workspace.fetch();
      assert.equal(await workspace.fastForward(), true);
      assert.equal(await readFile(fixture.file('metadata/mine.json'), 'utf8'), 'mine');
    });

    for (const [what, path] of [
      ['a file that was changed here', 'metadata/targets.json'],
      ['a file that was added here', 'targets/new.txt'],
      ['a folder where a file was added here', 'targets/new/file.txt'],
    ] as const) {
      it(`does not touch ${what}`, async () => {
        await fixture.pushFromBob(path, 'from bob');
        const local = path === 'targets/new/file.txt' ? 'targets/new' : path;
        await fixture.write(local, 'from alice');
        const before = await workspace.head();
        await workspace.fetch();
        await assert.rejects(workspace.fastForward(), { code: 'workspace.dirty' });
        assert.equal(await readFile(fixture.file(local), 'utf8'), 'from alice');
        assert.equal(await workspace.head(), before);
      });
    }

    it('does not mix two histories', async () => {
      await fixture.pushFromBob('metadata/targets.json', 'targets 2');
      await fixture.write('metadata/root.json', 'mine');
      const mine = await fixture.commit(['metadata/root.json']);
      await workspace.fetch();
      await assert.rejects(workspace.fastForward(), { code: 'workspace.base' });
      assert.equal(await workspace.head(), mine);
    });

    it('knows the branches of the server, until they go away', async () => {
      await sandbox.ok(['update-ref', 'refs/heads/sign/one', 'main']);
      await workspace.fetch();
      assert.equal(await workspace.resolve('origin/sign/one'), await workspace.head());
      await sandbox.ok(['update-ref', '-d', 'refs/heads/sign/one']);
      await workspace.fetch();
      assert.equal(await workspace.resolve('origin/sign/one'), undefined);
    });
  });

  describe('pushed to a path', () => {
    it('lands, also under another name', async () => {
      await fixture.write('metadata/targets.json', 'targets 2');
      const oid = await fixture.commit(['metadata/targets.json']);
      assert.deepEqual(await workspace.push(), { accepted: true, lines: [] });
      assert.equal(await sandbox.ok(['rev-parse', 'main']), oid);
      assert.equal(await workspace.resolve('origin/main'), oid);
      assert.equal((await workspace.push({ remoteRef: 'sign/one' })).accepted, true);
      assert.equal(await sandbox.ok(['rev-parse', 'refs/heads/sign/one']), oid);
    });

    it('brings the words of the hook, without what would move the terminal', async () => {
      await sandbox.hook(
        'pre-receive',
        String.raw`printf 'refused [root.threshold] one\n\033[2Jtwo\nthree' >&2; exit 1`,
      );
      await fixture.write('metadata/targets.json', 'targets 2');
      await fixture.commit(['metadata/targets.json']);
      const heard: string[] = [];
      const result = await workspace.push({ onMessage: (line) => heard.push(line) });
      assert.equal(result.accepted, false);
      assert.equal(result.reason, 'pre-receive hook declined');
      assert.deepEqual(result.lines, ['refused [root.threshold] one', '\\u{001b}[2Jtwo', 'three']);
      assert.deepEqual(heard, result.lines);
      assert.notEqual(await workspace.resolve('origin/main'), await workspace.head());
    });

    it('is told when the server has moved on', async () => {
      await fixture.pushFromBob('metadata/root.json', 'root 2');
      await fixture.write('metadata/targets.json', 'targets 2');
      await fixture.commit(['metadata/targets.json']);
      const result = await workspace.push();
      assert.deepEqual([result.accepted, result.reason], [false, 'non-fast-forward']);
    });

    it('is an error when there is no server any more', async () => {
      await rm(sandbox.bare, { recursive: true });
      await assert.rejects(workspace.push(), { code: 'repository.unreachable' });
      await assert.rejects(workspace.fetch(), { code: 'repository.unreachable' });
    });
  });
});
