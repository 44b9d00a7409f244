import assert from 'node:assert/strict';
import { chmod, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readiness } from '../../daemon/readiness.ts';
import { accounts, copyPrograms, give } from '../kit/accounts.ts';
import { fetchSigned, statusOf } from '../kit/daemon.ts';
import { spawnDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { until } from '../kit/until.ts';

describe('a daemon that may not write any more where it has to', () => {
  let home: TestHome;
  let daemon: DaemonProgram;

  before(function () {
    if (process.getuid?.() !== 0) this.skip(); // only root can be somebody else
  });
  beforeEach(async () => {
    home = await makeHome({ config: { reconcileIntervalSeconds: 0.2 } });
    await copyPrograms(home.dir);
    await give(home.dir, accounts.daemon);
    daemon = await start();
  });
  afterEach(async () => {
    await daemon.stop();
    await home.remove();
  });

  async function start(): Promise<DaemonProgram> {
    const life = spawnDaemonProgram(home, {
      file: path.join(home.dir, 'daemon.cjs'),
      cwd: home.dir,
      uid: accounts.daemon,
      gid: accounts.group,
      env: { PATH: process.env['PATH'], HOME: home.dir },
    });
    return (await life.ready) ?? assert.fail('the daemon never served');
  }

  for (const place of ['public', 'state'] as const) {
    it(`to ${place}/: it serves on, says so, and goes on by itself when it may again`, async () => {
      const name = await target();
      await setModes(home.paths[place], 0o555);
      await release();
      await isTold(place);
      assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 1);
      assert.equal(await statusOf(daemon, `/${name}`), 200);
      await setModes(home.paths[place], 0o755);
      await isWell();
      assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
    });
  }

  it('to state/: it can be ended all the same, and started when it may again', async () => {
    await setModes(home.paths.state, 0o555);
    assert.equal(await daemon.stop(), 0);
    await setModes(home.paths.state, 0o755);
    daemon = await start();
    await isWell();
  });

  it('to public/, where a file is missing: it puts it back when it may again', async () => {
    const name = await target();
    await setModes(home.paths.public, 0o555);
    await rm(path.join(home.paths.public, name));
    await isTold('public');
    assert.equal(await statusOf(daemon, `/${name}`), 503);
    assert.equal(await statusOf(daemon, '/metadata/1.alice.json'), 200);
    await setModes(home.paths.public, 0o755);
    await isWell();
    assert.equal(await statusOf(daemon, `/${name}`), 200);
  });

  async function release(): Promise<void> {
    await home.release('1.1.0');
    await give(home.paths.repository, accounts.daemon);
  }

  async function target(): Promise<string> {
    const names = await readdir(home.paths.public, { recursive: true });
    const found = names.find((name) => /^targets\/.*tool\.tgz$/.test(name));
    return found ?? assert.fail('no target is published');
  }

  async function readiness(): Promise<Readiness> {
    return (await (await fetch(`${daemon.console}/readyz`)).json()) as Readiness;
  }

  async function isTold(place: 'public' | 'state'): Promise<void> {
    await until(`an alarm names ${place}/`, async () =>
      (await readiness()).reasons.some(
        ({ code, where, hint }) =>
          code === 'home.not-writable' && where.startsWith(home.paths[place]) && hint !== undefined,
      ),
    );
  }

  async function isWell(): Promise<void> {
    await until(
      'all is published and no alarm is left',
      async () => {
        const { ready, waitingCommits } = await readiness();
        return ready && waitingCommits === 0;
      },
      60_000,
    );
  }
});

/** Of a folder and all folders in it. */
async function setModes(folder: string, mode: number): Promise<void> {
  const inside = await readdir(folder, { recursive: true, withFileTypes: true });
  const folders = inside.filter((entry) => entry.isDirectory());
  await chmod(folder, mode);
  for (const { parentPath, name } of folders) await chmod(path.join(parentPath, name), mode);
}
