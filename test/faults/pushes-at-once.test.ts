import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { addToken } from '../../core/home/tokens.ts';
import type { Daemon } from '../../daemon/serve.ts';
import { daemonSuite, statusOf } from '../kit/daemon.ts';
import { writeTree } from '../kit/gated-repository.ts';
import { runGit, type GitRun } from '../kit/git.ts';
import { addRelease, type TestHome } from '../kit/home.ts';
import { pushedHome, type PushedHome } from '../kit/pushed-home.ts';
import { until } from '../kit/until.ts';

const many = 50;
/** By a server that had no place for half a minute. */
const turnedAway = 'The requested URL returned error: 503';

describe('50 pushes over HTTP at once', () => {
  const suite = daemonSuite();
  let home: TestHome;
  let pushed: PushedHome;
  let daemon: Daemon;

  beforeEach(async () => {
    home = await suite.home();
    pushed = await pushedHome(home);
    daemon = await suite.serve(home);
  });

  it('to main: one of them lands and is published, and nothing is left of the others', async () => {
    const commits = await releases();
    const runs = await pushAll(commits.map((commit) => `${commit}:refs/heads/main`));
    const landed = commits.filter((_, index) => runs[index]?.status === 0);
    assert.deepEqual(landed, [await home.tip()]);
    await until('it is published', async () => {
      return (await statusOf(daemon, '/metadata/2.alice.json')) === 200;
    });
    assert.deepEqual(await leftovers(), []);
  });

  it('to an event each: all are taken', async () => {
    const commits = await releases();
    const runs = await pushAll(commits.map((commit, at) => `${commit}:refs/heads/sign/at-${at}`));
    const refused = runs.filter(({ status }) => status !== 0).map(({ stderr }) => stderr);
    assert.deepEqual(refused, []);
    assert.deepEqual(await leftovers(), []);
  });

  /** Commits onto the same tip: different next versions of one role. */
  async function releases(): Promise<string[]> {
    const { clone } = pushed;
    const commits: string[] = [];
    for (let at = 0; at < many; at += 1) {
      const tree = new Map(home.tree);
      addRelease(tree, `alice-project/tool/2.${at}/tool.tgz`, `tool 2.${at}`);
      await clone.ok('checkout', '--quiet', '--force', '--detach', 'origin/main');
      await writeTree(clone.dir, tree);
      commits.push(await clone.commit(`alice: 2.${at}`));
    }
    return commits;
  }

  async function pushAll(refspecs: readonly string[]): Promise<readonly GitRun[]> {
    const now = new Date();
    const expires = new Date(now.getTime() + 600_000);
    const wanted = { name: 'alice', scopes: ['git:push'], now, expires };
    const token = await addToken(home.paths.tokens, wanted);
    const url = `${daemon.console}/repository.git`.replace('//', `//alice:${token}@`);
    const cwd = pushed.clone.dir;
    return Promise.all(
      refspecs.map(async (refspec) => {
        for (;;) {
          const run = await runGit(['push', url, refspec], { cwd });
          if (!run.stderr.includes(turnedAway)) return run;
        }
      }),
    );
  }

  async function leftovers(): Promise<string[]> {
    const inRefs = await readdir(path.join(home.paths.repository, 'refs'), { recursive: true });
    const inObjects = await readdir(path.join(home.paths.repository, 'objects'));
    return [
      ...inRefs.filter((name) => name.endsWith('.lock')),
      ...inObjects.filter((name) => name.startsWith('tmp_objdir')),
    ];
  }
});
