/**
 * How long from `git push` to a client seeing it, against the same push into a bare repository with
 * an empty Node hook and no daemon. Both in one run, in turn: real git, the built hook, daemon and
 * signer, an unencrypted file key.
 */
import path from 'node:path';
import { gitSandbox, type Clone, type GitSandbox } from '../../test/kit/git.ts';
import { makeHome, type TestHome } from '../../test/kit/home.ts';
import { startDaemonProgram } from '../../test/kit/daemon-program.ts';
import { median, milliseconds, quantile, remark, report } from '../kit/figures.ts';
import { installEmptyHook } from '../kit/hooks.ts';
import { cloneOf, commitRelease, timePush } from '../kit/release-clone.ts';
import { untilVisible } from '../kit/visible.ts';

const pushes = 50;
const warmUps = 3;
const bench = 'publish';

export async function measureOnePush(): Promise<void> {
  const home = await makeHome();
  const yardstick = await emptyRepository(home);
  const daemon = await startDaemonProgram(home);
  const clone = await cloneOf(home);
  try {
    const ours: number[] = [];
    const empty: number[] = [];
    for (let run = -warmUps; run < pushes; run += 1) {
      await commitRelease(clone, home, run + warmUps);
      const bare = await timePush(clone, yardstick.bare);
      const visible = await timeVisible(clone, home, daemon.content, run + warmUps + 2);
      if (run < 0) continue;
      empty.push(bare);
      ours.push(visible);
    }
    reportAll(ours, empty);
  } finally {
    await daemon.stop();
    await yardstick.remove();
    await home.remove();
  }
}

function reportAll(ours: readonly number[], empty: readonly number[]): void {
  const [base, middle] = [median(empty), median(ours)];
  report({
    bench,
    figure: 'push-to-visible',
    values: ours.map((each) => each / base),
    yardstick: 'same push, empty Node hook, no daemon',
  });
  const values = ours.map((each) => each / middle);
  const value = quantile(values, 0.99);
  report({ bench, figure: 'p99-vs-p50', value, values, yardstick: 'push-to-visible p50' });
  remark(`publish: empty hook ${milliseconds(empty)}, to visible ${milliseconds(ours)}`);
}

/** The same commits, a hook that does nothing, nobody who publishes. */
async function emptyRepository(home: TestHome): Promise<GitSandbox> {
  const sandbox = await gitSandbox();
  await installEmptyHook(path.join(sandbox.dir, 'hooks'));
  await sandbox.ok(['fetch', '--quiet', home.paths.repository, 'main:refs/heads/main']);
  return sandbox;
}

async function timeVisible(
  clone: Clone,
  { paths }: TestHome,
  content: string,
  version: number,
): Promise<number> {
  const start = performance.now();
  await timePush(clone, paths.repository);
  await untilVisible(content, version);
  return performance.now() - start;
}
