import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readiness } from '../../../daemon/readiness.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { daemonSuite, fetchSigned, statusOf } from '../../kit/daemon.ts';
import { addRelease, nextVersion, withOnlineKey } from '../../kit/home.ts';
import {
  addEmptyCommits,
  backTo,
  lackingAFile,
  moveMain,
  signedByIntruder,
} from '../../kit/past-the-hook.ts';
import { people } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';

/** A timestamp that is renewed every second or so. */
const shortLives = { timestampLifetimeHours: 4 / 3600, reconcileIntervalSeconds: 0.5 };

describe('a bad commit written past the hook', () => {
  const suite = daemonSuite();

  it('is not published, and readyz names the broken rule', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await signedByIntruder(home);
    await daemon.reconcile();
    const readiness = daemon.readiness();
    assert.equal(readiness.ready, false);
    assert.equal(codes(readiness)[0], 'publish.bad-tip');
    assert.ok(codes(readiness).includes('role.threshold'));
    assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 404);
    const answer = await fetch(`${daemon.console}/readyz`);
    assert.equal(answer.status, 503);
    assert.deepEqual(codes((await answer.json()) as Readiness), codes(readiness));
  });

  it('does not keep the last good generation from being renewed', async () => {
    const home = await suite.home({ config: shortLives });
    const daemon = await suite.serve(home);
    const good = await home.tip();
    await signedByIntruder(home);
    await until('the timestamp is at version 3', async () => {
      return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) > 2;
    });
    const { generation } = daemon.readiness();
    assert.equal(generation?.commit, good);
    assert.equal(generation.snapshot, 1);
  });

  it('is found among more commits than one push may bring, ten times over', async () => {
    const home = await suite.home();
    await (await suite.serve(home)).close();
    await signedByIntruder(home);
    await addEmptyCommits(home, 10_000);
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon.readiness()), [
      'publish.bad-tip',
      'signature.unauthorised',
      'role.threshold',
    ]);
  });

  it('lets the good commits before it out', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    await home.release('1.1.0');
    const good = await home.tip();
    await signedByIntruder(home);
    const again = await suite.serve(home);
    assert.equal(again.readiness().generation?.commit, good);
    assert.equal(again.readiness().ready, false);
    assert.equal(await statusOf(again, '/metadata/2.alice.json'), 200);
  });

  it('is forgotten when main is mended, and publishing goes on', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const good = await home.tip();
    const tree = new Map(home.tree);
    await signedByIntruder(home);
    await daemon.reconcile();
    await moveMain(home, good);
    await daemon.reconcile();
    assert.equal(daemon.readiness().ready, true);
    backTo(home, tree);
    await home.commit((files) => {
      addRelease(files, 'alice-project/tool/1.2.0/tool.tgz', 'mended');
    });
    await daemon.reconcile();
    assert.deepEqual(daemon.readiness().reasons, []);
    assert.equal(await statusOf(daemon, '/metadata/2.alice.json'), 200);
  });

  it('may be no commit at all, or main be gone: the last good generation is renewed', async () => {
    const home = await suite.home({ config: shortLives });
    const daemon = await suite.serve(home);
    const renewed = async (least: number) => {
      const signed = await fetchSigned(daemon, 'timestamp.json');
      return Number(signed['version']) >= least;
    };
    // By hand: git itself would refuse to.
    const file = path.join(home.paths.repository, mainRef);
    await writeFile(file, `${await home.git.writeBlob(Buffer.from('no commit'))}\n`);
    await until('the timestamp is at version 3', () => renewed(3));
    assert.equal(daemon.readiness().ready, false);
    await rm(file);
    await until('main is missed', () => codes(daemon.readiness()).includes('publish.not-ready'));
    const version = daemon.readiness().generation?.timestamp ?? 0;
    await until('the timestamp is renewed once more', () => renewed(version + 1));
  });

  it('may lack a part: the last good generation is renewed', async () => {
    const home = await suite.home({ config: shortLives });
    const daemon = await suite.serve(home);
    await lackingAFile(home);
    await until('the timestamp is at version 3', async () => {
      return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) >= 3;
    });
    assert.deepEqual(codes(daemon.readiness()), ['repository.object']);
  });

  it('that cannot be published does not keep the last one from being renewed', async () => {
    const home = await suite.home({ config: shortLives });
    const daemon = await suite.serve(home);
    const squatted = path.join(home.paths.public, 'metadata', '2.alice.json');
    await writeFile(squatted, 'not ours');
    await home.release('1.1.0');
    await until('the timestamp is at version 3', async () => {
      return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) > 2;
    });
    assert.deepEqual(codes(daemon.readiness()), ['publish.file-changed']);
    await rm(squatted);
    await until('the release is out', async () => {
      return (await statusOf(daemon, '/metadata/2.alice.json')) === 200;
    });
  });

  it('is one that rewrites what is published, too', async () => {
    const home = await suite.home();
    const first = await home.tip();
    await home.release('1.1.0');
    const daemon = await suite.serve(home);
    await moveMain(home, first);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon.readiness()), ['publish.bad-tip', 'git.force-push']);
    assert.equal(daemon.readiness().generation?.snapshot, 1);
  });
});

describe('a root that names keys which the signer does not hold', () => {
  const suite = daemonSuite();

  it('is not published, and keeps nothing from being renewed', async () => {
    const home = await suite.home({ config: shortLives });
    const daemon = await suite.serve(home);
    await home.commit((tree) => {
      nextVersion(tree, 'root', (signed) => withOnlineKey(signed, people.stranger));
    });
    await until('the timestamp is at version 3', async () => {
      return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) > 2;
    });
    await until('the alarm is raised', () => codes(daemon.readiness())[0] === 'publish.not-ready');
    assert.equal(await statusOf(daemon, '/metadata/2.root.json'), 404);
  });
});

function codes({ reasons }: Readiness): string[] {
  return reasons.map(({ code }) => code);
}
