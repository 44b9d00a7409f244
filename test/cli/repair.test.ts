import assert from 'node:assert/strict';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { recordRef } from '../../core/gate/published.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { daemonSuite } from '../kit/daemon.ts';
import { runGit } from '../kit/git.ts';
import { signedOf, type TestHome } from '../kit/home.ts';
import { backTo, lackingAFile, moveMain, signedByIntruder } from '../kit/past-the-hook.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import { people, putRole } from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';

describe('tuf-on-git repair', () => {
  const suite = daemonSuite();
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await cliSandbox();
  });
  after(() => sandbox.remove());

  const repair = ({ dir }: TestHome, ...more: string[]) => sandbox.run(['repair', dir, ...more]);

  /** A HOME of which one generation is published, and no daemon. */
  async function publishedHome(): Promise<TestHome> {
    const home = await suite.home();
    await (await suite.serve(home)).close();
    return home;
  }

  it('brings main back while the daemon runs, which goes on by itself', async () => {
    const home = await suite.home();
    const pushed = await pushedHome(home);
    const daemon = await suite.serve(home);
    await pushed.accepted('1.1.0');
    const good = await home.tip();
    const tree = new Map(home.tree);
    const bad = await signedByIntruder(home);
    await until('the alarm is raised', () => !daemon.readiness().ready);
    assert.match(daemon.readiness().reasons[0]?.hint ?? '', /tuf-on-git repair/);
    const { status, stdout, stderr } = await repair(home, '--yes');
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      new RegExp(`\\[role\\.threshold\\] commit ${bad.slice(0, 10)}, metadata/alice`),
    );
    assert.equal(
      stdout,
      `main is at ${good}\nwhat was there is kept as refs/tuf/rejected/${bad}\n`,
    );
    await until('the daemon is ready again', () => daemon.readiness().ready);
    assert.equal(await home.git.resolveRef(`refs/tuf/rejected/${bad}`), bad);
    await pushed.clone.ok('fetch', '--quiet', 'origin', `refs/tuf/rejected/${bad}`);
    const again = await pushed.clone.git('push', 'origin', 'FETCH_HEAD:refs/heads/main');
    assert.match(again.stderr, /refused \[git\.rejected\]/);
    backTo(home, tree);
    await pushed.accepted('1.2.0');
    const next = await home.tip();
    await until('the push is out', () => daemon.readiness().generation?.commit === next);
  });

  it('keeps the good commits before the bad one, published or not', async () => {
    const home = await publishedHome();
    await home.release('1.1.0');
    const good = await home.tip();
    await signedByIntruder(home);
    await home.commit((tree) => {
      tree.set('metadata/ghost.json', Buffer.from('{}'));
    });
    const { status, stdout } = await repair(home, '--yes', '--json');
    assert.equal(status, 0);
    assert.equal((JSON.parse(stdout) as { lastGood: string }).lastGood, good);
    assert.equal(await home.tip(), good);
  });

  it('says that there is nothing to do, and changes nothing', async () => {
    const home = await publishedHome();
    const tip = await home.tip();
    const { status, stdout } = await repair(home);
    assert.equal(status, 0);
    assert.equal(stdout, 'main holds: there is nothing to repair\n');
    assert.equal(await home.tip(), tip);
    assert.deepEqual(await home.git.listRefs('refs/tuf/rejected'), []);
  });

  it('asks first: without a terminal and without --yes it changes nothing', async () => {
    const home = await publishedHome();
    const bad = await signedByIntruder(home);
    const run = await repair(home);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /\[usage\.no-terminal\]/);
    assert.equal(await home.tip(), bad);
  });

  it('makes main again when it is gone', async () => {
    const home = await publishedHome();
    const good = await home.tip();
    await moveMain(home, undefined);
    assert.equal((await repair(home, '--yes')).status, 0);
    assert.equal(await home.tip(), good);
  });

  it('moves main forward again when it was moved back, and rejects nothing that is good', async () => {
    const home = await suite.home();
    const first = await home.tip();
    await home.release('1.1.0');
    const good = await home.tip();
    await (await suite.serve(home)).close();
    await moveMain(home, first);
    assert.equal((await repair(home, '--yes')).status, 0);
    assert.equal(await home.tip(), good);
    assert.deepEqual(await home.git.listRefs('refs/tuf/rejected'), []);
  });

  it('goes back from a tip that cannot be read', async () => {
    const home = await publishedHome();
    await home.release('1.1.0');
    const good = await home.tip();
    const bad = await lackingAFile(home);
    const { status, stderr } = await repair(home, '--yes');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /\[repository\.object\]/);
    assert.equal(await home.tip(), good);
    assert.equal(await home.git.resolveRef(`refs/tuf/rejected/${bad}`), bad);
  });

  it('makes a ref of its own of a main that pointed to another one', async () => {
    const home = await publishedHome();
    const good = await home.tip();
    await signedByIntruder(home);
    const bad = await home.tip();
    await moveMain(home, good);
    await home.git.updateRef({
      ref: 'refs/heads/other',
      from: undefined,
      to: bad,
      message: 'evil',
    });
    await runGit(['symbolic-ref', mainRef, 'refs/heads/other'], { cwd: home.paths.repository });
    assert.equal((await repair(home, '--yes')).status, 0);
    assert.equal(await home.tip(), good);
    assert.equal(await home.git.resolveRef('refs/heads/other'), bad);
  });

  it('finds the last good commit from the pinned root when nothing was published', async () => {
    const home = await suite.home();
    const good = await home.tip();
    await signedByIntruder(home);
    assert.equal((await repair(home, '--yes')).status, 0);
    assert.equal(await home.tip(), good);
  });

  it('leaves a main alone of which no commit holds', async () => {
    const home = await suite.home();
    await moveMain(home, undefined);
    const bad = await home.commit((tree) => {
      putRole(tree, 'targets', signedOf(tree, 'targets'), [people.stranger]);
    });
    assertRefused(await repair(home, '--yes'), 1, 'publish.bad-tip');
    assert.equal(await home.tip(), bad);
  });

  it('trusts no record that was moved', async () => {
    const home = await publishedHome();
    const bad = await signedByIntruder(home);
    const from = await home.git.resolveRef(recordRef);
    await home.git.updateRef({ ref: recordRef, from, to: bad, message: 'moved' });
    assertRefused(await repair(home, '--yes'), 1, 'publish.record');
    assert.equal(await home.tip(), bad);
  });
});
