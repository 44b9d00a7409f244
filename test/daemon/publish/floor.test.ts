import assert from 'node:assert/strict';
import { cp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeJsonFile } from '../../../core/home/json-file.ts';
import { writeRestored } from '../../../core/home/restored.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { serveContent } from '../../kit/content-server.ts';
import { daemonSuite, fetchSigned, runDaemon } from '../../kit/daemon.ts';
import { runGit } from '../../kit/git.ts';
import { copyHome, makeHome, quietConfig, type TestHome } from '../../kit/home.ts';
import { backTo } from '../../kit/past-the-hook.ts';
import { SimulatedRepository } from '../../kit/simulated-repository.ts';

/** What a HOME of yesterday is met with: three generations were made since. */
describe('a HOME from an old backup', () => {
  const suite = daemonSuite();
  /** One generation. */
  let yesterday: TestHome;
  /** The same HOME with four. */
  let today: TestHome;

  before(async () => {
    yesterday = await makeHome();
    await (await runDaemon(yesterday)).close();
    today = await copyHome(yesterday);
    const daemon = await runDaemon(today);
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) {
      await today.release(version);
      await daemon.reconcile();
    }
    await daemon.close();
  });
  after(async () => {
    await yesterday.remove();
    await today.remove();
  });

  /** What a maintainer has, who fetched today. */
  const pushAgain = async (home: TestHome) => {
    const main = `${mainRef}:${mainRef}`;
    const { repository } = home.paths;
    const run = await runGit(['fetch', today.paths.repository, main], { cwd: repository });
    assert.equal(run.status, 0, run.stderr);
    backTo(home, today.tree);
  };

  /** Yesterday's HOME, with these parts of today's. */
  async function mixed(...parts: readonly (keyof TestHome['paths'])[]): Promise<TestHome> {
    const home = await suite.copy(yesterday);
    for (const part of parts) {
      await rm(home.paths[part], { recursive: true, force: true });
      await cp(today.paths[part], home.paths[part], { recursive: true });
    }
    return home;
  }

  const cases = [
    ['the state tells that the repository is an older one', 'state'],
    ['the signer remembers what it signed', 'signer'],
    ['the public folder has newer files', 'public'],
  ] as const;
  for (const [who, part] of cases) {
    it(`is served, and nothing is signed until a floor is named, where ${who}`, async () => {
      const home = await mixed(part);
      await pushAgain(home);
      const daemon = await suite.serve(home);
      assert.deepEqual(codes(daemon), ['publish.below-floor']);
      assert.match(daemon.readiness().reasons[0]?.hint ?? '', /--floor .*at least 4:4/);
      assert.equal((await fetchSigned(daemon, 'timestamp.json'))['version'], 1);
      await daemon.close();
      const low = await suite.serve(home, { floor: { snapshot: 4, timestamp: 3 } });
      assert.deepEqual(codes(low), ['publish.below-floor']);
      await low.close();
      const named = await suite.serve(home, { floor: { snapshot: 14, timestamp: 24 } });
      assert.deepEqual(codes(named), []);
      assert.deepEqual(versions(named), { snapshot: 15, timestamp: 25 });
      await named.close();
      const later = await suite.serve(home);
      await home.release('2.1.0');
      await later.reconcile();
      assert.deepEqual(versions(later), { snapshot: 16, timestamp: 26 });
    });
  }

  it('leaves newer public files as they are until a floor is named', async () => {
    const home = await mixed('public');
    const daemon = await suite.serve(home);
    const file = path.join(home.paths.public, 'metadata', 'timestamp.json');
    const { size } = await stat(file);
    assert.equal(size, (await stat(path.join(today.paths.public, 'metadata/timestamp.json'))).size);
    assert.deepEqual(codes(daemon), ['publish.below-floor']);
  });

  it('gets a generation above the floor at once, though nothing else calls for one', async () => {
    const home = await mixed('state');
    const daemon = await suite.serve(home, { floor: { snapshot: 4, timestamp: 4 } });
    assert.deepEqual(versions(daemon), { snapshot: 5, timestamp: 5 });
  });

  it('is held back where nothing at all tells what clients have seen', async () => {
    const home = await suite.copy(yesterday);
    const floors = ['floor.json', 'floor.recent'].map((name) => path.join(home.paths.signer, name));
    for (const lost of [home.paths.state, ...floors]) await rm(lost, { recursive: true });
    await rm(home.paths.public, { recursive: true });
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.below-floor']);
    await daemon.close();
    const named = await suite.serve(home, { floor: { snapshot: 1, timestamp: 1 } });
    assert.deepEqual(codes(named), []);
  });

  it('that was restored is held back though its signer has a floor from the same backup', async () => {
    const home = await suite.copy(yesterday);
    await rm(home.paths.public, { recursive: true });
    await writeRestored(home.paths.restored, { takenAt: new Date().toISOString(), signer: true });
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.below-floor']);
    await daemon.close();
    const named = await suite.serve(home, { floor: { snapshot: 4, timestamp: 4 } });
    assert.deepEqual(versions(named), { snapshot: 5, timestamp: 5 });
    await assert.rejects(stat(home.paths.restored));
  });

  it('that was restored says so, also where the backup has a later floor than record', async () => {
    const home = await mixed('signer');
    await writeRestored(home.paths.restored, { takenAt: new Date().toISOString(), signer: true });
    const daemon = await suite.serve(home);
    const [reason] = daemon.readiness().reasons;
    assert.equal(reason?.code, 'publish.below-floor');
    assert.match(reason.message, /restored from a backup of .*; the record ends at .*signer has/);
  });

  it('that was restored is held back before its first generation, too', async () => {
    const home = await suite.home();
    await writeRestored(home.paths.restored, { takenAt: new Date().toISOString(), signer: false });
    const daemon = await suite.serve(home);
    assert.deepEqual(codes(daemon), ['publish.below-floor']);
    await daemon.close();
    const named = await suite.serve(home, { floor: { snapshot: 1, timestamp: 1 } });
    assert.deepEqual(versions(named), { snapshot: 2, timestamp: 2 });
  });

  describe('with a witness', () => {
    let other: TestHome;
    let witness: Daemon;
    before(async () => {
      other = await copyHome(today);
      witness = await runDaemon(other);
    });
    after(async () => {
      await witness.close();
      await other.remove();
    });

    const asking = async (home: TestHome, ...urls: readonly string[]) => {
      await writeJsonFile(home.paths.config, { ...quietConfig, witness: urls });
      return suite.serve(home);
    };

    it('is held back until main is what the witness has, and a floor is named', async () => {
      const home = await suite.copy(yesterday);
      const daemon = await asking(home, witness.content);
      assert.deepEqual(codes(daemon), ['publish.behind']);
      assert.match(daemon.readiness().reasons[0]?.message ?? '', /alice is at 1, there at 4/);
      await pushAgain(home);
      await daemon.reconcile();
      assert.deepEqual(codes(daemon), ['publish.below-floor']);
      await daemon.close();
      const named = await suite.serve(home, { floor: { snapshot: 4, timestamp: 4 } });
      assert.deepEqual(versions(named), { snapshot: 5, timestamp: 5 });
    });

    it('is held back as well where the witness has nothing newer: it may be this very server', async () => {
      const home = await suite.copy(today);
      await writeRestored(home.paths.restored, { takenAt: new Date().toISOString(), signer: true });
      const daemon = await asking(home, witness.content);
      assert.deepEqual(codes(daemon), ['publish.below-floor']);
    });

    it('is not held back by a witness that does not answer where others can tell', async () => {
      const home = await suite.copy(today);
      const daemon = await asking(home, 'http://127.0.0.1:1');
      assert.deepEqual(codes(daemon), []);
    });

    it('is not held back by what no key of ours has signed', async () => {
      const stranger = new SimulatedRepository();
      for (let version = 1; version < 20; version += 1) stranger.publish();
      const server = await serveContent(stranger.files);
      try {
        const home = await suite.copy(yesterday);
        const daemon = await asking(home, server.url);
        assert.deepEqual(codes(daemon), []);
        assert.ok(server.requests.includes('metadata/timestamp.json'));
      } finally {
        await server.close();
      }
    });
  });
});

function codes(daemon: Daemon): string[] {
  return daemon.readiness().reasons.map(({ code }) => code);
}

function versions(daemon: Daemon) {
  const { snapshot, timestamp } = daemon.readiness().generation ?? {};
  return { snapshot, timestamp };
}
