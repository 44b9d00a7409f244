import assert from 'node:assert/strict';
import { faultyGate } from './kit/faulty-gate.ts';

const here = 'PATH=${PATH#*:}';

describe('a hook that meets a missing object', () => {
  const gate = faultyGate();

  for (const name of [
    'main',
    'main^{tree}',
    'main:metadata',
    'main:metadata/root.json',
    'main:metadata/alice.json',
    'main:targets/alice-project',
  ]) {
    it(`refuses where ${name} is gone from the repository`, async () => {
      const putBack = await gate().lose(name);
      const run = await gate().push();
      await putBack();
      await gate().refused(run);
      await gate().recovers();
    });
  }

  for (const name of [
    'HEAD',
    'HEAD^{tree}',
    'HEAD:metadata',
    'HEAD:metadata/alice.json',
    'HEAD:targets/alice-project/tool/2.0.0/tool.tgz',
  ]) {
    it(`refuses where ${name} of the push is lost on the way`, async () => {
      const { dir } = gate().gated.clone;
      await gate().breakCommand(
        'git',
        `${here} oid=$(env -i PATH="$PATH" git -C '${dir}' rev-parse '${name}')`,
        'rm -f "$GIT_QUARANTINE_PATH/$(echo $oid | cut -c 1-2)/$(echo $oid | cut -c 3-)"',
        'exec git "$@"',
      );
      const run = await gate().push();
      await gate().refused(run);
      assert.equal(gate().gated.refusals(run).length, 1, run.stderr);
      await gate().recovers();
    });
  }

  it('refuses where the whole pack of the push is lost on the way', async () => {
    await gate().gated.sandbox.ok(['config', 'receive.unpackLimit', '1']);
    const losing = ['rm -rf "$GIT_QUARANTINE_PATH/pack"', `${here} exec git "$@"`];
    await gate().breakCommand('git', ...losing);
    const run = await gate().push();
    await gate().refused(run);
    assert.equal(gate().gated.refusals(run).length, 1, run.stderr);
    await gate().recovers();
  });
});

describe('a hook whose git fails', () => {
  const gate = faultyGate();

  const failures = {
    'dies before it answers': 'kill -KILL $$',
    'ends without an answer': 'exit 0',
    'dies in the middle of an answer': `${here} git "$@" 2>&- | { dd bs=1 count=30 2>&-; kill -KILL $$; }`,
    'answers nonsense': 'while read -r question; do echo nonsense; done',
  };
  for (const [what, script] of Object.entries(failures)) {
    it(`refuses when cat-file ${what}`, async () => {
      const dying = `case "$*" in *'cat-file --batch-command') ${script} ;; esac`;
      await gate().breakCommand('git', dying, `${here} exec git "$@"`);
      const run = await gate().push();
      await gate().refused(run);
      assert.equal(gate().gated.refusals(run).length, 1, run.stderr);
      await gate().recovers();
    });
  }

  it('refuses when there is none on the PATH', async () => {
    await gate().breakHook('PATH=/nowhere', 'export PATH');
    await gate().refused(await gate().push(), 'repository.git');
    await gate().recovers();
  });

  it('refuses when every git fails', async () => {
    await gate().breakCommand('git', 'echo "fatal: no luck" >&2', 'exit 128');
    await gate().refused(await gate().push(), 'repository.git');
    assert.match(await gate().failures(), /no luck/);
    await gate().recovers();
  });

  it('refuses when every git says nothing and claims success', async () => {
    await gate().breakCommand('git', 'exit 0');
    await gate().refused(await gate().push());
    await gate().recovers();
  });
});

describe('a hook with a defect', () => {
  const gate = faultyGate();

  it('refuses, and keeps the stack from the pusher and for the operator', async () => {
    await gate().breakProgram("process.nextTick(() => { throw new RangeError('a defect') })");
    await gate().refused(await gate().push(), 'git.unable');
    assert.match(await gate().failures(), /RangeError: a defect\n\s+at /);
    await gate().recovers();
  });

  it('refuses when it ends too soon, although with status 0', async () => {
    await gate().breakProgram('process.stdin.destroy()');
    await gate().refused(await gate().push(), 'git.unable');
    await gate().recovers();
  });

  it('keeps what the operator reads within bounds', async () => {
    await gate().breakProgram("throw new RangeError('x'.repeat(400_000))");
    for (let round = 0; round < 9; round += 1) await gate().refused(await gate().push());
    assert.ok((await gate().failures()).length < 3_000_000);
    await gate().recovers();
  });
});
