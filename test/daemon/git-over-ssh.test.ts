import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { recordRef } from '../../core/gate/published.ts';
import { readRecord } from '../../daemon/record/record.ts';
import { daemonSuite } from '../kit/daemon.ts';
import { runGit } from '../kit/git.ts';
import type { TestHome } from '../kit/home.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import { hasSshd, startSshd, type Sshd } from '../kit/sshd.ts';

describe('git over SSH, by the recipe of the manual', () => {
  const suite = daemonSuite();
  let home: TestHome;
  let sshd: Sshd | undefined;

  beforeEach(async function () {
    if (!hasSshd()) this.skip();
    home = await suite.home();
    sshd = await startSshd(home.paths.repository, ['alice', 'bob']);
  });
  afterEach(() => sshd?.close());
  const server = () => sshd ?? assert.fail('it was skipped');

  it('publishes a push, and records it under the name that the key is bound to', async () => {
    const daemon = await suite.serve(home);
    const pushed = await pushedHome(home);
    const { clone } = pushed;
    await clone.ok('remote', 'set-url', 'origin', server().url);
    await clone.ok('config', 'core.sshCommand', server().command('bob'));
    // The test's git calls its person Alice, and sends that to a server that would take it.
    const { status, stderr } = await pushed.release('2.0.0');
    assert.equal(status, 0, stderr);
    assert.deepEqual(await pushersOf(home, daemon), ['bob']);
    await clone.ok('config', 'core.sshCommand', server().command('alice'));
    await pushed.accepted('2.1.0');
    assert.deepEqual(await pushersOf(home, daemon), ['alice']);
  });

  it('refuses what the hook refuses', async () => {
    const pushed = await pushedHome(home);
    const { clone } = pushed;
    await clone.ok('config', 'core.sshCommand', server().command('alice'));
    await pushed.bad();
    const { status, stderr } = await clone.git('push', server().url, 'HEAD:refs/heads/main');
    assert.equal(status, 1);
    assert.match(stderr, /refused \[role\.threshold\]/);
  });

  it('has nothing to say to a key that is not listed', async () => {
    const env = { GIT_SSH_COMMAND: server().command('nobody') };
    const { status, stderr } = await runGit(['ls-remote', server().url], { env });
    assert.equal(status, 128);
    assert.match(stderr, /Permission denied/);
  });

  const others = [
    '',
    'id',
    'sh -c id',
    'git-upload-archive x',
    'git-upload-pack;id',
    ' git-receive-pack x',
  ];
  it('runs nothing but git, whatever it is asked for', () => {
    const { port, username } = new URL(server().url);
    const [ssh = '', ...options] = server().command('alice').split(' ');
    for (const asked of others) {
      const where = ['-p', port, `${username}@127.0.0.1`, asked];
      const { stdout, status } = spawnSync(ssh, [...options, ...where], { input: '' });
      assert.equal(stdout.toString(), '', asked);
      assert.equal(status, 128, asked);
    }
  });

  it('makes nothing of what stands behind the service but the one repository', async () => {
    const env = { GIT_SSH_COMMAND: server().command('alice') };
    const tip = await home.tip();
    for (const path of ['/etc', "/x';id;'", '/--upload-pack=id', '/$(id)']) {
      const url = server().url.replace('/any/path.git', path);
      const { stdout, stderr } = await runGit(['ls-remote', url, 'refs/heads/main'], { env });
      assert.equal(stdout.toString(), `${tip}\trefs/heads/main\n`, `${path}: ${stderr}`);
    }
  });
});

/** Of the newest generation. */
async function pushersOf(
  { git }: TestHome,
  daemon: { reconcile(): Promise<void> },
): Promise<(string | undefined)[]> {
  await daemon.reconcile();
  const tip = (await git.resolveRef(recordRef)) ?? assert.fail('nothing was published');
  return (await readRecord(git, tip)).arrivals.map(({ by }) => by);
}
