import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { Updater } from '../../client/updater.ts';
import type { ReadinessAnswer } from '../../cli/daemon-readiness.ts';
import { homePaths } from '../../core/home/layout.ts';
import { cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { cloneAt } from '../kit/git.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import { until } from '../kit/until.ts';

const artifact = (version: string) => `alice-project/tool/${version}/tool.tgz`;

/** The drill: a machine is lost, and what is left is yesterday's backup and a maintainer's clone. */
describe('yesterday’s backup in an empty machine', () => {
  let sandbox: CliSandbox;
  let home: TestHome;
  const daemons: DaemonProgram[] = [];

  before(async () => {
    sandbox = await cliSandbox();
    home = await makeHome();
  });
  after(async () => {
    for (const daemon of daemons) await daemon.kill();
    await home.remove();
    await sandbox.remove();
  });

  const serve = async (dir: string, ...more: readonly string[]) => {
    const daemon = await startDaemonProgram({ dir, paths: homePaths(dir) }, ...more);
    daemons.push(daemon);
    return daemon;
  };

  /** One client, with the cache that it has kept, and what it gets of a release. */
  async function get({ content }: DaemonProgram, version: string): Promise<string> {
    const updater = new Updater({
      metadataDir: path.join(sandbox.dir, 'client'),
      targetsDir: path.join(sandbox.dir, 'files'),
      metadataUrl: `${content}/metadata`,
      targetsUrl: `${content}/targets/`,
      fetcher: httpFetcher(),
    });
    await updater.refresh();
    const target = await updater.getTargetInfo(artifact(version));
    assert.ok(target, version);
    return readFile(await updater.downloadTarget(target), 'utf8');
  }

  it('is known for what it is, and goes on from the floor that the operator names', async () => {
    const pushed = await pushedHome(home);
    const daemon = await serve(home.dir);
    await Updater.init(path.join(sandbox.dir, 'client'), await readFile(home.paths.pinnedRoot));
    await pushed.accepted('1.1.0');

    const pushing = pushed.accepted('1.2.0');
    await sandbox.ok(['backup', home.dir, 'yesterday']);
    await pushing;
    for (const version of ['1.3.0', '1.4.0']) {
      await pushed.accepted(version);
      await isOut(daemon, await home.tip());
    }
    assert.equal(await get(daemon, '1.4.0'), 'tool 1.4.0');
    await cp(pushed.clone.dir, path.join(sandbox.dir, 'clone'), { recursive: true });
    await daemon.kill();
    await home.remove();

    await sandbox.ok(['restore', 'yesterday', 'machine']);
    const machine = path.join(sandbox.dir, 'machine');
    const restored = await serve(machine);
    const [reason] = await reasons(restored);
    assert.equal(reason?.code, 'publish.below-floor');
    assert.match(reason.message, /restored from a backup/);
    assert.match(reason.hint ?? '', /--floor SNAPSHOT:TIMESTAMP/);
    const clone = cloneAt(path.join(sandbox.dir, 'clone'));
    await clone.ok('push', homePaths(machine).repository, 'HEAD:refs/heads/main');
    await restored.stop();

    const { snapshot, timestamp } = await seen(path.join(sandbox.dir, 'client'));
    const again = await serve(machine, '--floor', `${snapshot}:${timestamp}`);
    assert.deepEqual(await reasons(again), []);
    assert.equal(await get(again, '1.4.0'), 'tool 1.4.0');
    const now = await seen(path.join(sandbox.dir, 'client'));
    assert.ok(now.snapshot > snapshot && now.timestamp > timestamp);
  });
});

async function readiness({ console }: DaemonProgram) {
  const answer = await (await fetch(`${console}/readyz`)).json();
  return answer as ReadinessAnswer & { generation?: { commit: string } };
}

async function reasons(daemon: DaemonProgram) {
  return (await readiness(daemon)).reasons;
}

async function isOut(daemon: DaemonProgram, commit: string): Promise<void> {
  await until(`${commit} is published`, async () => {
    return (await readiness(daemon)).generation?.commit === commit;
  });
}

/** The versions that a client has in its cache. */
async function seen(folder: string): Promise<{ snapshot: number; timestamp: number }> {
  const version = async (role: string) => {
    const text = await readFile(path.join(folder, `${role}.json`), 'utf8');
    return (JSON.parse(text) as { signed: { version: number } }).signed.version;
  };
  return { snapshot: await version('snapshot'), timestamp: await version('timestamp') };
}
