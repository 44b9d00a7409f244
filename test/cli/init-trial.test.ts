import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';

const listen = ['--content-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'];

describe('init --unsafe-trial', () => {
  let sandbox: CliSandbox;
  beforeEach(async () => {
    sandbox = await cliSandbox();
  });
  afterEach(() => sandbox.remove());

  it('makes a repository and a workspace that can release to it, without a question', async () => {
    const { status, stderr } = await sandbox.run([
      ...['init', 'home', '--unsafe-trial', 'trial'],
      ...listen,
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^warning: .*plain files/m);
    await writeFile(path.join(sandbox.dir, 'hello.txt'), 'hello\n');
    const cwd = path.join(sandbox.dir, 'trial/workspace');
    await sandbox.ok(['upload', '../../hello.txt', '--to', 'tools/hello/1.0.0', '--yes'], { cwd });
    const audit = await sandbox.ok(['verify', 'home', '--json']);
    assert.equal((JSON.parse(audit) as { contents: { targets: number } }).contents.targets, 1);
  });

  it('keeps its keys from other accounts', async () => {
    await sandbox.ok(['init', 'home', '--unsafe-trial', 'trial', ...listen]);
    const { mode } = await stat(path.join(sandbox.dir, 'trial'));
    assert.equal(mode & 0o777, 0o700);
  });

  it('takes no keys, and no ceremony in several places', async () => {
    const before = await sandbox.files();
    for (const more of [
      ['--root-key', 'alice.pub'],
      ['--online-key', 'file:x'],
      ['--export', 'x'],
    ]) {
      assertRefused(
        await sandbox.run(['init', 'home', '--unsafe-trial', 'trial', ...more]),
        2,
        'usage.argument',
      );
    }
    assert.deepEqual(await sandbox.files(), before);
  });

  it('leaves alone what is there, and nothing of its own when it fails', async () => {
    await sandbox.ok(['init', 'home', '--unsafe-trial', 'trial', ...listen]);
    const before = await sandbox.files();
    const again = (home: string, trial: string, ...more: readonly string[]) =>
      sandbox.run(['init', home, '--unsafe-trial', trial, ...more]);
    assertRefused(await again('home', 'trial-2'), 2, 'home.exists');
    assertRefused(await again('home-2', 'trial'), 2, 'usage.argument');
    assertRefused(await again('home-2', 'trial-2', '--repository', '!'), 2, 'usage.argument');
    assert.deepEqual(await sandbox.files(), before);
  });
});
