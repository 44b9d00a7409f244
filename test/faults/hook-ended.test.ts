import assert from 'node:assert/strict';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Fifo } from '../kit/hook-script.ts';
import { until } from '../kit/until.ts';
import { faultyGate, type FaultyGate } from './kit/faulty-gate.ts';

/** Both ways in which git takes what is pushed. */
const forms = { 'one pack': 1, 'loose objects': 1000 };

describe('a hook that is ended in the middle of a push', () => {
  const gate = faultyGate();

  for (const [form, unpackLimit] of Object.entries(forms)) {
    it(`by SIGKILL lets nothing of ${form} in`, async () => {
      const limit = String(unpackLimit);
      await gate().gated.sandbox.ok(['config', 'receive.unpackLimit', limit]);
      const { asked, run, program } = await waitingPush(gate());
      process.kill(program, 'SIGKILL');
      await asked.release();
      await gate().refused(await run, 'git.unable');
      await gate().recovers();
    });
  }

  it('by SIGTERM, as at the shutdown of the machine, lets nothing in', async () => {
    const { asked, run, program } = await waitingPush(gate());
    process.kill(program, 'SIGTERM');
    await asked.release();
    await gate().refused(await run, 'git.unable');
    await gate().recovers();
  });

  it('lets nothing in when only its shell is killed, whatever the program says then', async () => {
    const file = path.join(gate().gated.sandbox.dir, 'shell');
    await gate().breakHook(`echo $$ >${file}`);
    const { asked, run } = await waitingPush(gate());
    process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL');
    await asked.release();
    await gate().refused(await run);
    await gate().recovers();
  });
});

describe('a hook that runs out of time', () => {
  const gate = faultyGate();

  it('refuses when git does not answer, and ends that git', async () => {
    await gate().breakHook('deadline=15');
    const { run, git } = await waitingPush(gate());
    const ended = await run;
    await gate().refused(ended, 'git.unable');
    assert.match(ended.stderr, /no verdict within 15 s/);
    await until('the child is gone', () => !isRunning(git));
    await gate().recovers();
  });

  it('refuses when a file cannot be read to its end', async () => {
    const root = path.join(gate().gated.sandbox.dir, 'root.json');
    const aside = `${root}.aside`;
    await rename(root, aside);
    // A read that never comes back, as from a network file system whose server is gone.
    gate().fifo('root.json');
    await gate().breakHook('deadline=5');
    const run = await gate().push();
    await gate().refused(run, 'git.unable');
    assert.match(run.stderr, /no verdict within 5 s/);
    await rename(aside, root);
    await gate().recovers();
  });

  it('refuses when it is busy for ever and never looks at the clock', async () => {
    await gate().breakHook('ulimit -t 1');
    await gate().breakProgram('for (;;);');
    await gate().refused(await gate().push(), 'git.unable');
    await gate().recovers();
  });
});

interface WaitingPush {
  /** The program of the hook, and the git that it has asked. */
  readonly program: number;
  readonly git: number;
  /** What that git waits for. */
  readonly asked: Fifo;
  readonly run: ReturnType<FaultyGate['push']>;
}

/** A push whose hook is in the middle of its work: it has asked git for an object. */
async function waitingPush(gate: FaultyGate): Promise<WaitingPush> {
  const [told, asked] = [gate.fifo('told'), gate.fifo('asked')];
  await gate.breakCommand(
    'git',
    'case "$*" in *"cat-file --batch-command")',
    `  echo $$ $PPID >${told.path}; read -r go <${asked.path} ;;`,
    'esac',
    'PATH=${PATH#*:} exec git "$@"',
  );
  const run = gate.push();
  const endedBefore = run.then(({ stderr }) => assert.fail(`git was not asked: ${stderr}`));
  const [git, program] = (await Promise.race([told.heard(), endedBefore])).split(' ').map(Number);
  assert.ok(git !== undefined && program !== undefined);
  return { run, git, program, asked };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
