import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nudge } from '../../core/home/nudge.ts';
import { listenForNudges } from '../../daemon/reconcile/nudge-pipe.ts';
import { installHooks } from '../../hooks/install.ts';
import { gitSandbox, type GitSandbox } from '../kit/git.ts';
import { until } from '../kit/until.ts';

describe('the hook after a push', () => {
  let sandbox: GitSandbox;
  let nudges = 0;
  let close: (() => Promise<void>) | undefined;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    nudges = 0;
  });
  afterEach(async () => {
    await close?.();
    close = undefined;
    await sandbox.remove();
  });

  const pipe = () => path.join(sandbox.dir, 'nudge');
  const listen = async () => {
    close = await listenForNudges(pipe(), sandbox.bare, () => (nudges += 1));
  };
  /** Pushes through a gate that lets everything in. */
  const push = async () => {
    await installHooks({
      hooksDir: path.join(sandbox.dir, 'hooks'),
      pinnedRoot: path.join(sandbox.dir, 'root.json'),
      failureLog: path.join(sandbox.dir, 'failures.log'),
      nudgePipe: pipe(),
      program: 'none',
    });
    await sandbox.hook('pre-receive', 'exit 0');
    const clone = await sandbox.clone();
    await clone.write('file', 'content');
    await clone.commit('one');
    const { status, stderr } = await clone.git('push', 'origin', 'HEAD:refs/heads/main');
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /remote:/);
  };

  it('nudges the daemon', async () => {
    await listen();
    await push();
    await until('it is nudged', () => nudges > 0);
  });

  it('lets the pusher go where nobody takes a nudge out of the pipe', async () => {
    execFileSync('mkfifo', [pipe()]);
    await push();
    await nudge(pipe());
  });

  it('is quiet where no daemon is', () => push());

  it('writes into no file that stands in the place of the pipe', async () => {
    await writeFile(pipe(), 'mine');
    await push();
    await nudge(pipe());
    assert.equal(await readFile(pipe(), 'utf8'), 'mine');
  });

  it('is heard after many nudges, and after the pipe was made anew', async () => {
    await listen();
    for (let count = 0; count < 100; count += 1) await nudge(pipe());
    await until('one is heard', () => nudges > 0);
    await close?.();
    await listen();
    nudges = 0;
    await push();
    await until('it is nudged again', () => nudges > 0);
  });
});
