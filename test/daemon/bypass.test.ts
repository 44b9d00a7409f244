/** The second gate: whatever is done to the repository past the hook, nothing bad is published. */
import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { mainRef } from '../../core/rules/ref-rules.ts';
import type { Daemon } from '../../daemon/serve.ts';
import { daemonSuite, fetchSigned, statusOf } from '../kit/daemon.ts';
import { runGit } from '../kit/git.ts';
import { installHomeHooks } from '../kit/home-hooks.ts';
import { signedOf, type TestHome } from '../kit/home.ts';
import { objectFile } from '../kit/past-the-hook.ts';
import { pushedHome, type PushedHome } from '../kit/pushed-home.ts';
import { until } from '../kit/until.ts';

interface Scene {
  readonly home: TestHome;
  readonly pushed: PushedHome;
  /** Git in the bare repository. */
  readonly git: (...args: string[]) => Promise<void>;
  /** A file of the bare repository. */
  readonly file: (...names: string[]) => string;
  /** The objects of a bad commit, brought into the repository; where it is. */
  readonly bad: () => Promise<string>;
}

type Bypass = (scene: Scene) => Promise<void>;

/** A timestamp that is renewed every second or so. */
const config = { timestampLifetimeHours: 4 / 3600, reconcileIntervalSeconds: 0.5 };

/** Each leaves main at a commit that breaks the rules. */
const bypasses: Readonly<Record<string, Bypass>> = {
  'update-ref': async ({ git, bad }) => git('update-ref', mainRef, await bad()),
  'a fetch into the repository': async ({ git, pushed }) => {
    await pushed.bad();
    await git('fetch', '--quiet', '--force', pushed.clone.dir, `HEAD:${mainRef}`);
  },
  'a hook that was removed': async (scene) => {
    await rm(hookOf(scene));
    await pushBad(scene);
  },
  'a hook without its run bit': async (scene) => {
    await chmod(hookOf(scene), 0o644);
    await pushBad(scene);
  },
  'a hook that accepts everything': async (scene) => {
    await writeFile(hookOf(scene), '#!/bin/sh\nexit 0\n');
    await pushBad(scene);
  },
  'core.hooksPath unset': async (scene) => {
    await scene.git('config', '--unset', 'core.hooksPath');
    await pushBad(scene);
  },
  'a ref file written by hand': async ({ file, bad }) => {
    await writeFile(file(mainRef), `${await bad()}\n`);
  },
  'packed-refs edited by hand': async ({ git, file, bad, home }) => {
    const [good, forged] = [await home.tip(), await bad()];
    await git('pack-refs', '--all');
    const packed = await readFile(file('packed-refs'), 'utf8');
    const line = (oid: string) => `${oid} ${mainRef}`;
    assert.ok(packed.includes(line(good)));
    await writeFile(file('packed-refs'), packed.replace(line(good), line(forged)));
  },
  'main pointed to another ref': async ({ git, bad }) => {
    await git('update-ref', 'refs/heads/other', await bad());
    await git('symbolic-ref', mainRef, 'refs/heads/other');
  },
  'objects of another repository': async ({ file, pushed }) => {
    const oid = await pushed.bad();
    const objects = path.join(pushed.clone.dir, '.git', 'objects');
    await mkdir(file('objects', 'info'), { recursive: true });
    await writeFile(file('objects', 'info', 'alternates'), `${objects}\n`);
    await writeFile(file(mainRef), `${oid}\n`);
  },
  'a graft that hides the bad one of two commits': async ({ file, git, pushed, home }) => {
    const good = await home.tip();
    await pushed.bad();
    const later = await pushed.clone.commit('nothing wrong here');
    await git('fetch', '--quiet', pushed.clone.dir, 'HEAD');
    await mkdir(file('info'), { recursive: true });
    await appendFile(file('info', 'grafts'), `${later} ${good}\n`);
    await git('update-ref', mainRef, later);
  },
  'a shallow file that ends history at the bad commit': async ({ file, git, bad }) => {
    const oid = await bad();
    await writeFile(file('shallow'), `${oid}\n`);
    await git('update-ref', mainRef, oid);
  },
};

describe('past the hook, by', () => {
  const suite = daemonSuite();

  for (const [what, bypass] of Object.entries(bypasses)) {
    it(`${what}: the last good generation goes on, and so does all when main is good again`, async () => {
      const home = await suite.home({ config });
      const scene = await sceneOf(home);
      const daemon = await suite.serve(home);
      await scene.pushed.accepted('1.1.0');
      const good = await home.tip();
      await until('the push is out', () => commitOf(daemon) === good);
      await bypass(scene);
      // A git that runs already knows nothing of objects that came from elsewhere.
      const isElsewhere = what === 'objects of another repository';
      const code = isElsewhere ? 'repository.object' : 'publish.bad-tip';
      // A file that is written by hand is there in part before it is there in full.
      const reason = () => daemon.readiness().reasons.find((each) => each.code === code);
      await until('the alarm is raised', () => reason() !== undefined);
      assert.ok(!daemon.readiness().ready);
      assert.match(reason()?.hint ?? '', /tuf-on-git repair/);
      await staysAt(daemon, good);
      await backToGood(scene, good);
      await until('all is well again', () => daemon.readiness().ready);
      await scene.pushed.accepted('1.2.0');
      const next = await home.tip();
      await until('the next push is out', () => commitOf(daemon) === next);
    });
  }

  it('a replacement of the good commit changes nothing of what is published', async () => {
    const home = await suite.home({ config });
    const scene = await sceneOf(home);
    const good = await home.tip();
    const bad = await scene.bad();
    await scene.git('replace', '-f', good, bad);
    const daemon = await suite.serve(home);
    assert.deepEqual(daemon.readiness().reasons, []);
    await staysAt(daemon, good);
    await scene.pushed.accepted('1.1.0');
    const next = await home.tip();
    await until('the push is out', () => commitOf(daemon) === next);
    assert.deepEqual(Object.keys((await fetchSigned(daemon, '2.alice.json'))['targets'] ?? {}), [
      ...Object.keys((signedOf(home.tree, 'alice')['targets'] ?? {}) as object),
    ]);
  });

  for (const [what, name] of [
    ['metadata', 'metadata/alice.json'],
    ['a target', 'targets/alice-project/tool/1.1.0/tool.tgz'],
  ] as const) {
    it(`an object file of ${what} with another content: it is not published`, async () => {
      const home = await suite.home({ config });
      const first = await suite.serve(home);
      const good = await home.tip();
      await first.close();
      await home.release('1.1.0');
      const whole = await overwrite(home, name);
      const daemon = await suite.serve(home);
      assert.equal(daemon.readiness().ready, false);
      await staysAt(daemon, good);
      await whole();
      await daemon.reconcile();
      const next = await home.tip();
      await until('it is out once it is whole', () => commitOf(daemon) === next);
    });
  }
});

async function sceneOf(home: TestHome): Promise<Scene> {
  const pushed = await pushedHome(home);
  const { repository } = home.paths;
  const git = async (...args: string[]) => {
    const run = await runGit(args, { cwd: repository });
    assert.equal(run.status, 0, run.stderr);
  };
  return {
    home,
    pushed,
    git,
    file: (...names) => path.join(repository, ...names),
    bad: async () => {
      const oid = await pushed.bad();
      await git('fetch', '--quiet', pushed.clone.dir, 'HEAD');
      return oid;
    },
  };
}

function hookOf({ home }: Scene): string {
  return path.join(home.paths.hooks, 'pre-receive');
}

async function pushBad({ pushed }: Scene): Promise<void> {
  await pushed.bad();
  const run = await pushed.clone.git('push', 'origin', 'HEAD:main');
  assert.equal(run.status, 0, run.stderr);
}

/** Undoes whatever was done. */
async function backToGood({ home, file, git }: Scene, good: string): Promise<void> {
  for (const name of ['objects/info/alternates', 'info/grafts', 'shallow']) {
    await rm(file(name), { force: true });
  }
  await installHomeHooks(home.paths);
  await git('config', 'core.hooksPath', '../hooks');
  await git('update-ref', '--no-deref', mainRef, good);
}

/** Fails unless this commit goes on being served and renewed, and `/readyz` fails for as long. */
async function staysAt(daemon: Daemon, good: string): Promise<void> {
  const before = Number((await fetchSigned(daemon, 'timestamp.json'))['version']);
  await until('the timestamp is renewed', async () => {
    return Number((await fetchSigned(daemon, 'timestamp.json'))['version']) > before;
  });
  assert.equal(commitOf(daemon), good);
  const isReady = (await fetch(`${daemon.console}/readyz`)).status === 200;
  assert.equal(isReady, daemon.readiness().ready);
  assert.equal(await statusOf(daemon, '/targets/alice-project/tool/6.6.6/tool.tgz'), 404);
}

function commitOf(daemon: Daemon): string | undefined {
  return daemon.readiness().generation?.commit;
}

/** Puts other bytes into the object file of what main has there; what is returned puts them back. */
async function overwrite(home: TestHome, name: string): Promise<() => Promise<void>> {
  const found = (await home.git.find(await home.tip(), name)) ?? assert.fail(name);
  const file = objectFile(home, found.oid);
  const whole = await readFile(file);
  const text = (await home.git.blob(found.oid, 1e6)).toString().replace(/1\.1\.0/g, '6.6.6');
  await rm(file);
  await writeFile(file, deflateSync(`blob ${Buffer.byteLength(text)}\0${text}`));
  return async () => {
    await rm(file);
    await writeFile(file, whole);
  };
}
