import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homePaths, type HomePaths } from '../../core/home/layout.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { recordRef } from '../../core/gate/published.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { daemonSuite } from '../kit/daemon.ts';
import { runGit } from '../kit/git.ts';
import type { TestHome } from '../kit/home.ts';

describe('tuf-on-git backup and restore', () => {
  const suite = daemonSuite();
  let sandbox: CliSandbox;

  beforeEach(async () => {
    sandbox = await cliSandbox();
  });
  afterEach(() => sandbox.remove());

  const inSandbox = (...names: readonly string[]) => path.join(sandbox.dir, ...names);
  const refsOf = async (repository: string) => {
    const { stdout } = await runGit(['for-each-ref'], { cwd: repository });
    return stdout.toString();
  };

  /** A HOME with a file for each part of it, and the daemon that serves it. */
  async function servedHome(): Promise<TestHome> {
    const home = await suite.home();
    await mkdir(path.join(home.paths.blobs, 'ab'), { recursive: true });
    await mkdir(path.join(home.paths.blobs, 'incoming', 'alice'), { recursive: true });
    await writeFile(path.join(home.paths.blobs, 'ab', 'ab'.repeat(32)), 'a blob');
    await writeFile(path.join(home.paths.blobs, 'incoming', 'alice', 'cd'.repeat(32)), 'half of');
    await writeFile(path.join(home.dir, 'tls.pem'), 'a certificate', { mode: 0o640 });
    await suite.serve(home);
    return home;
  }

  it('copy a HOME while it is served, all but what can be made again', async () => {
    const home = await servedHome();
    await mkdir(path.join(home.dir, '.lock')); // of somebody who is changing tokens.json
    const answer = await sandbox.ok(['backup', home.dir, 'backup', '--json']);
    const { commit, timestamp } = JSON.parse(answer) as { commit: string; timestamp: number };
    assert.equal(commit, await home.tip());
    assert.equal(timestamp, 1);
    assert.equal((await stat(inSandbox('backup'))).mode & 0o777, 0o700);
    await assert.rejects(stat(inSandbox('backup', 'public')));
    await assert.rejects(stat(inSandbox('backup', '.lock')));

    await sandbox.ok(['restore', 'backup', 'machine']);
    const paths = homePaths(inSandbox('machine'));
    assert.equal(await refsOf(paths.repository), await refsOf(home.paths.repository));
    assert.match(await refsOf(paths.repository), new RegExp(`${mainRef}[^]*${recordRef}`));
    for (const name of ['config.json', 'tls.pem', 'signer/online.json', 'signer/floor.json']) {
      const [before, after] = [path.join(home.dir, name), path.join(paths.home, name)];
      assert.equal(await readFile(after, 'utf8'), await readFile(before, 'utf8'), name);
      assert.equal((await stat(after)).mode, (await stat(before)).mode, name);
    }
    assert.equal(await readFile(path.join(paths.blobs, 'ab', 'ab'.repeat(32)), 'utf8'), 'a blob');
    await assert.rejects(stat(path.join(paths.blobs, 'incoming')));
    const log = ({ repository }: HomePaths) =>
      readFile(path.join(repository, 'logs', mainRef), 'utf8');
    assert.equal(await log(paths), await log(home.paths));
    const verified = await sandbox.run(['verify', 'machine']);
    assert.equal(verified.status, 0, verified.stderr);
  });

  it('leave the signer’s folder out on demand, and say so', async () => {
    const home = await servedHome();
    await sandbox.ok(['backup', home.dir, 'backup', '--without-signer']);
    await assert.rejects(stat(inSandbox('backup', 'signer')));
    const { stderr } = await sandbox.run(['restore', 'backup', 'machine']);
    assert.match(stderr, /put the signer’s folder back too/);
  });

  it('follow links to a HOME and to its folders, and keep the modes of what they lead to', async () => {
    const home = await suite.home();
    await chmod(home.dir, 0o755);
    await mkdir(home.paths.blobs, { recursive: true });
    for (const [folder, mode] of [
      [home.paths.signer, 0o700],
      [home.paths.blobs, 0o750],
    ] as const) {
      const elsewhere = inSandbox(path.basename(folder));
      await rename(folder, elsewhere);
      await chmod(elsewhere, mode);
      await symlink(elsewhere, folder);
    }
    await symlink(home.dir, inSandbox('link'));
    await sandbox.ok(['backup', 'link', 'backup']);
    const modeOf = async (...names: readonly string[]) =>
      (await stat(inSandbox('backup', ...names))).mode & 0o7777;
    assert.equal(await modeOf(), 0o700);
    assert.equal(await modeOf('signer'), 0o700);
    assert.equal(await modeOf('blobs'), 0o750);
    const key = await readFile(path.join(home.paths.signer, 'online.json'), 'utf8');
    assert.equal(await readFile(inSandbox('backup', 'signer', 'online.json'), 'utf8'), key);
  });

  it('are for nobody else to enter, where others may enter HOME', async () => {
    const home = await suite.home();
    await chmod(home.dir, 0o755);
    await sandbox.ok(['backup', home.dir, 'backup']);
    assert.equal((await stat(inSandbox('backup'))).mode & 0o7777, 0o700);
  });

  it('do not go into the HOME, by a link neither', async () => {
    const home = await suite.home();
    await symlink(home.dir, inSandbox('link'));
    for (const [from, to] of [
      [home.dir, inSandbox('link', 'backup')],
      ['link', path.join(home.dir, 'backup')],
      ['link', inSandbox('link', 'state', 'backup')],
      [home.dir, path.join(home.dir, '..backup')],
    ] as const) {
      assertRefused(await sandbox.run(['backup', from, to]), 2, 'usage.argument');
    }
    assertRefused(await sandbox.run(['backup', home.dir, 'no/backup']), 2, 'home.missing');
  });

  it('keep what is there already, and refuse what is no whole backup', async () => {
    const home = await servedHome();
    await mkdir(inSandbox('full'));
    await writeFile(inSandbox('full', 'file'), 'mine');
    assertRefused(await sandbox.run(['backup', home.dir, 'full']), 2, 'home.exists');
    const inside = path.join(home.dir, 'backup');
    assertRefused(await sandbox.run(['backup', home.dir, inside]), 2, 'usage.argument');
    assertRefused(await sandbox.run(['restore', home.dir, 'machine']), 2, 'home.backup');
    await sandbox.ok(['backup', home.dir, 'backup']);
    assertRefused(await sandbox.run(['restore', 'backup', 'full']), 2, 'home.exists');
    assert.equal(await readFile(inSandbox('full', 'file'), 'utf8'), 'mine');
  });
});
