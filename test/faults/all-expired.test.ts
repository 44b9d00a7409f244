import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../client/updater.ts';
import { TufOnGitError } from '../../core/error/error.ts';
import type { Daemon } from '../../daemon/serve.ts';
import { daemonSuite, fetchSigned, statusOf } from '../kit/daemon.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { nextVersion, type TestHome } from '../kit/home.ts';
import { inDays, now } from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';

const roles = ['root', 'targets', 'alice', 'bob'] as const;
const longAgo = new Date(now.getTime() - 400 * 86_400_000);

describe('a HOME in which every offline role expired a year ago', () => {
  const suite = daemonSuite();

  it('is served and renewed with what there is, and comes back role by role', async () => {
    const home = await suite.home();
    await home.commit((tree) => {
      for (const role of roles) {
        nextVersion(tree, role, (signed) => ({ ...signed, expires: inDays(-365) }));
      }
    }, longAgo);
    const daemon = await suite.serve(home);
    await servesAll(daemon, 2);
    const update = await clientOf(home, daemon);
    await rejectsWithFault('role.expired', update());
    for (const role of roles) {
      await rejectsWithFault('role.expired', update());
      await home.commit((tree) => {
        nextVersion(tree, role);
      });
      const tip = await home.tip();
      await until(`${role} is out`, () => daemon.readiness().generation?.commit === tip);
      assert.equal(await statusOf(daemon, `/metadata/3.${role}.json`), 200);
      await servesAll(daemon, 2);
    }
    await update();
  });

  /** Never an answer that says that the server is to blame. */
  async function servesAll(daemon: Daemon, version: number): Promise<void> {
    for (const role of roles) {
      assert.equal(await statusOf(daemon, `/metadata/${version}.${role}.json`), 200, role);
    }
    const { expires } = await fetchSigned(daemon, 'timestamp.json');
    assert.ok(new Date(expires as string) > new Date());
    assert.equal(await statusOf(daemon, '/metadata/9.root.json'), 404);
  }

  async function clientOf({ dir, paths }: TestHome, { content }: Daemon) {
    const metadataDir = path.join(dir, 'client');
    await Updater.init(metadataDir, await readFile(paths.pinnedRoot));
    return async () => {
      const options = { metadataDir, metadataUrl: `${content}/metadata` };
      const { targets, unavailable } = await new Updater(options).listTargets();
      const [first] = unavailable;
      if (first !== undefined) throw new TufOnGitError(first);
      assert.equal(targets.length, 2);
    };
  }
});
