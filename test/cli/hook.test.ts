import assert from 'node:assert/strict';
import path from 'node:path';
import { homePaths } from '../../core/home/layout.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { cloneAt, type Clone } from '../kit/git.ts';

describe('tuf-on-git hook install', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let other: InitAnswer;
  let git: Clone;

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    other = await initHome(sandbox, 'other');
    git = cloneAt(sandbox.dir);
  });
  after(() => sandbox.remove());

  const install = (repository: string, root = made.pinnedRoot) =>
    sandbox.run(['hook', 'install', repository, '--root', root]);
  const pushTo = async (repository: string, from: Clone) =>
    from.git('push', path.join(sandbox.dir, repository), 'HEAD:refs/heads/main');

  it('lets the gate judge every push, the first one by the pinned root', async () => {
    await git.ok('init', '--quiet', '--bare', 'empty.git');
    const { status, stdout } = await install('empty.git');
    assert.equal(status, 0);
    assert.equal(stdout, `${path.join(sandbox.dir, 'empty.gate/pre-receive')}\n`);
    await git.ok('clone', '--quiet', homePaths(made.home).repository, 'clone');
    const clone = cloneAt(path.join(sandbox.dir, 'clone'));
    await git.ok('clone', '--quiet', homePaths(other.home).repository, 'unrelated');
    const unrelated = await pushTo('empty.git', cloneAt(path.join(sandbox.dir, 'unrelated')));
    assert.notEqual(unrelated.status, 0);
    assert.match(unrelated.stderr, /refused \[root\.not-pinned\]/);
    const good = await pushTo('empty.git', clone);
    assert.equal(good.status, 0, good.stderr);
    await clone.write('metadata/ghost.json', await clone.ok('show', 'HEAD:metadata/targets.json'));
    await clone.commit('a ghost');
    const bad = await pushTo('empty.git', clone);
    assert.notEqual(bad.status, 0);
    assert.match(bad.stderr, /refused \[git\.ghost-file\]/);
  });

  it('does no harm when it is run again, and pins no second root', async () => {
    await git.ok('init', '--quiet', '--bare', 'twice.git');
    assert.equal((await install('twice.git')).status, 0);
    assert.equal((await install('twice.git')).status, 0);
    const before = await sandbox.files();
    assertRefused(await install('twice.git', other.pinnedRoot), 2, 'home.exists');
    assert.deepEqual(await sandbox.files(), before);
  });

  it('refuses what is no repository, no root, or a main of another root', async () => {
    await git.ok('clone', '--quiet', '--bare', homePaths(made.home).repository, 'full.git');
    const before = await sandbox.files();
    assertRefused(await install('nowhere.git'), 2, 'repository.missing');
    assertRefused(await install('full.git', 'no-such-file'), 2, 'usage.argument');
    assertRefused(await install('full.git', 'alice.pub'), 1, 'json.envelope');
    assertRefused(await install('full.git', other.pinnedRoot), 1, 'root.not-pinned');
    assert.deepEqual(await sandbox.files(), before);
  });
});
