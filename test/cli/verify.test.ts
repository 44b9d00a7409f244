import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homePaths } from '../../core/home/layout.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { cloneAt, type Clone } from '../kit/git.ts';

describe('tuf-on-git verify', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let home: string;
  let git: Clone;
  let count = 0;

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
  });
  after(() => sandbox.remove());

  /** Every test spoils a copy of its own. */
  beforeEach(async () => {
    count += 1;
    home = path.join(sandbox.dir, `copy-${count}`);
    await cp(made.home, home, { recursive: true });
    git = cloneAt(homePaths(home).repository);
  });

  const verify = (...more: string[]) => sandbox.run(['verify', home, ...more]);

  /** A commit on top of `parent` that no hook has seen. */
  async function commitPastTheHook(ref: string, parent: string, file: string, text: string) {
    const scratch = cloneAt(path.join(home, `scratch-${parent}`));
    await git.ok('worktree', 'add', '--quiet', '--detach', scratch.dir, parent);
    await scratch.write(file, text);
    const commit = await scratch.commit('past the hook');
    await git.ok('update-ref', ref, commit);
    return commit;
  }

  it('says which policy and which roles it verified', async () => {
    const { status, stdout } = await verify();
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`^main holds: 1 role at ${made.commit}$`, 'm'));
    assert.match(stdout, new RegExp(`^policy +{"repository":"${made.repository}"`, 'm'));
    assert.match(stdout, /^targets +1 +\S+Z$/m);
  });

  it('says what one refresh of a client takes', async () => {
    const names = ['published:timestamp.json', 'published:snapshot.json'].map(
      (at) => `refs/tuf/${at}`,
    );
    const sizes = await Promise.all(
      [...names, 'main:metadata/targets.json'].map((name) => git.ok('cat-file', '-s', name)),
    );
    const sum = sizes.reduce((bytes, size) => bytes + Number(size), 0);
    assert.match((await verify()).stdout, new RegExp(`^one refresh ${sum} bytes`, 'm'));
  });

  it('changes nothing', async () => {
    const before = await sandbox.files();
    await verify();
    assert.deepEqual(await sandbox.files(), before);
  });

  it('names the first bad commit, under good ones too', async () => {
    const main = 'refs/heads/main';
    const targets = await git.ok('show', 'main:metadata/targets.json');
    const bad = await commitPastTheHook(main, made.commit, 'metadata/ghost.json', targets);
    await commitPastTheHook(main, bad, 'README.md', 'what may be there');
    const run = await verify('--history');
    assertRefused(run, 1, 'git.ghost-file');
    assert.match(run.stderr, new RegExp(`commit ${bad.slice(0, 10)}, metadata/ghost\\.json`));
  });

  it('refuses a main that does not begin with the pinned root', async () => {
    const pinned = homePaths(home).pinnedRoot;
    const other = await initHome(sandbox, `other-${count}`);
    await writeFile(pinned, await readFile(other.pinnedRoot));
    assertRefused(await verify(), 1, 'root.not-pinned');
  });

  it('refuses a record that is none', async () => {
    await git.ok('update-ref', 'refs/tuf/published', made.commit);
    assertRefused(await verify(), 1, 'publish.record');
  });

  it('refuses a published timestamp that the online key did not sign', async () => {
    const record = 'refs/tuf/published';
    const tip = await git.ok('rev-parse', record);
    const timestamp = JSON.parse(await git.ok('show', `${record}:timestamp.json`)) as {
      signed: { version: number };
    };
    timestamp.signed.version += 1;
    await commitPastTheHook(record, tip, 'timestamp.json', JSON.stringify(timestamp));
    assertRefused(await verify(), 1, 'role.threshold');
  });
});
