import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../../client/index.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite, fetchSigned } from '../../kit/daemon.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { nextVersion, type TestHome } from '../../kit/home.ts';
import { pushedHome } from '../../kit/pushed-home.ts';
import { fileOf, inDays, now } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';

/** A timestamp that is renewed every second or so. */
const config = { timestampLifetimeHours: 4 / 3600, reconcileIntervalSeconds: 0.5 };
const tenDaysAgo = new Date(now.getTime() - 10 * 86_400_000);

describe('a role that has expired', () => {
  const suite = daemonSuite();

  /** A HOME in which bob’s role came ten days ago and expired yesterday. */
  const homeWithExpired = async (): Promise<TestHome> => {
    const home = await suite.home({ config });
    await home.commit((tree) => {
      nextVersion(tree, 'bob', (signed) => ({ ...signed, expires: inDays(-1) }));
    }, tenDaysAgo);
    return home;
  };

  it('stops no other project: its push is published, and clients get what it lists', async () => {
    const home = await homeWithExpired();
    const pushed = await pushedHome(home);
    const daemon = await suite.serve(home);
    assert.deepEqual(daemon.readiness().reasons, []);
    await pushed.accepted('1.1.0');
    const tip = await home.tip();
    await until('the push is out', () => daemon.readiness().generation?.commit === tip);
    const file = 'alice-project/tool/1.1.0/tool.tgz';
    const { updater, content } = await clientOf(home, daemon, file);
    assert.equal(content, 'tool 1.1.0');
    await rejectsWithFault('role.expired', updater.getTargetInfo(fileOf.bob));
  });

  it('stops no renewal: the timestamp goes on', async () => {
    const home = await homeWithExpired();
    const daemon = await suite.serve(home);
    await until('the timestamp is at version 3', async () => {
      return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) >= 3;
    });
    assert.deepEqual(daemon.readiness().reasons, []);
  });

  it('is mended by its next version, which clients get', async () => {
    const home = await homeWithExpired();
    const daemon = await suite.serve(home);
    await home.commit((tree) => {
      nextVersion(tree, 'bob');
    });
    const tip = await home.tip();
    await until('the push is out', () => daemon.readiness().generation?.commit === tip);
    assert.equal((await clientOf(home, daemon, fileOf.bob)).content, 'bob’s app');
  });
});

/** A client that has the pinned root, and what it downloads as its first target. */
async function clientOf({ dir, paths }: TestHome, { content: url }: Daemon, file: string) {
  const metadataDir = path.join(dir, 'client');
  await Updater.init(metadataDir, await readFile(paths.pinnedRoot));
  const updater = new Updater({
    metadataDir,
    metadataUrl: `${url}/metadata`,
    targetsUrl: `${url}/targets`,
    targetsDir: dir,
  });
  const info = (await updater.getTargetInfo(file)) ?? assert.fail(file);
  const content = await readFile(await updater.downloadTarget(info, path.join(dir, 'got')), 'utf8');
  return { updater, content };
}
