/**
 * What one online signature costs through the signer's process, beside a bare one of the same token
 * and three fsyncs. And what the maintainer's tool costs in a repository of 1,000 roles: `status` and `sign` beside
 * `git status` in the same clone, `push` beside `git push` of the same commit into an equal repository
 * whose hook is an empty Node script. Each one a whole process; the real hook, no daemon.
 */
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { runGit } from '../test/kit/git.ts';
import { writeKeyFiles } from '../test/kit/workspaces.ts';
import { milliseconds, remark, report } from './kit/figures.ts';
import { bin } from './kit/hooks.ts';
import { makeLargeHome, type LargeHome } from './kit/large-home.ts';
import { range, type Shape } from './kit/target-layout.ts';
import { timeProgram } from './kit/time-program.ts';
import { signatureFigure } from './sign/signature.ts';

const bench = 'sign';
const runs = 15;
const warmUps = 2;
const shape: Shape = { groups: 8, rolesPerGroup: 124, targets: 20_000, by: 'patterns' };

interface Round {
  readonly gitStatus: number;
  readonly status: number;
  readonly sign: number;
  readonly push: number;
  readonly gitPush: number;
}

await signatureFigure(bench);

const home = await makeLargeHome(shape);
try {
  const work = await maintainer(home);
  const rounds: Round[] = [];
  for (const count of range(warmUps + runs)) rounds.push(await work.round(count));
  tell(rounds.slice(warmUps));
} finally {
  await home.remove();
}

/** Somebody who signs the first role, in a clone of the repository. */
async function maintainer({ home, tree, yardstick }: LargeHome) {
  const key = path.join(home.dir, 'maintainer.json');
  await writeKeyFiles(key, tree.key(0));
  const dir = path.join(home.dir, 'work');
  const options = ['--root', home.paths.pinnedRoot, '--key', `file:${key}`];
  await ours(home.dir, 'clone', home.paths.repository, dir, ...options);
  const release = path.join(home.dir, 'release');
  return {
    round: async (count: number): Promise<Round> => {
      await writeFile(release, `release ${count}`);
      const [gitStatus, status] = [await git(dir, 'status'), await ours(dir, 'status')];
      await ours(dir, 'add', `g0/r0/2.${count}/tool.tgz`, release, '--role', 'g0-r0');
      const sign = await ours(dir, 'sign', '--yes');
      const gitPush = await git(dir, 'push', '--quiet', yardstick, 'HEAD:main');
      return { gitStatus, status, sign, gitPush, push: await ours(dir, 'push') };
    },
  };
}

function ours(cwd: string, ...args: string[]): Promise<number> {
  return timeProgram(path.join(bin, 'tuf-on-git.cjs'), args, { cwd });
}

async function git(cwd: string, ...args: string[]): Promise<number> {
  const start = performance.now();
  const { status, stderr } = await runGit(args, { cwd });
  if (status !== 0) throw new RangeError(`git ${args.join(' ')}: ${stderr}`);
  return performance.now() - start;
}

function tell(rounds: readonly Round[]): void {
  for (const what of ['gitStatus', 'status', 'sign', 'gitPush', 'push'] as const) {
    remark(`sign: ${what} ${milliseconds(rounds.map((round) => round[what]))}`);
  }
  const figure = (name: string, yardstick: string, values: readonly number[]) => {
    report({ bench, figure: name, yardstick, values });
  };
  const status = 'git status in the same clone';
  figure(
    'status-vs-git-status',
    status,
    rounds.map((each) => each.status / each.gitStatus),
  );
  figure(
    'sign-vs-git-status',
    status,
    rounds.map((each) => each.sign / each.gitStatus),
  );
  const push = 'git push of the same commit, empty Node hook';
  figure(
    'push-vs-bare-push',
    push,
    rounds.map((each) => each.push / each.gitPush),
  );
}
