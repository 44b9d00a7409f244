import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cliSandbox, ended, type CliRun, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';

describe('tuf-on-git upload to a daemon, by somebody without git', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let daemon: ChildProcess;
  let end: Promise<CliRun>;
  let urls: { readonly content: string; readonly console: string };
  const withoutGit = { PATH: '/nowhere' };

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    daemon = sandbox.start(['serve', 'home', '--json-ready']);
    end = ended(daemon);
    assert.ok(daemon.stdout);
    const [line] = (await once(createInterface(daemon.stdout), 'line')) as [string];
    urls = JSON.parse(line) as typeof urls;
    const token = await sandbox.ok(['token', 'add', 'home', 'alice']);
    await writeFile(path.join(sandbox.dir, 'alice.token'), token, { mode: 0o600 });
    const pin = ['--root-sha256', made.rootSha256, '--key', 'file:alice.json'];
    const clone = ['clone', urls.console, 'alice', ...pin, '--token-file', 'alice.token'];
    await sandbox.ok(clone, { env: withoutGit });
  });
  after(async () => {
    daemon.kill('SIGTERM');
    await end;
    await sandbox.remove();
  });

  const upload = (...args: string[]) =>
    sandbox.run(['upload', ...args, '--yes'], {
      cwd: path.join(sandbox.dir, 'alice'),
      env: withoutGit,
    });

  it('ends when a client sees the files, which a downloader then gets', async () => {
    await writeFile(path.join(sandbox.dir, 'tool.tgz'), 'tool');
    const where = ['--to', 'project/tool/1.2.0', '--content-url', urls.content];
    const run = await upload('../tool.tgz', ...where);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout, 'project/tool/1.2.0/tool.tgz\n');
    assert.match(run.stderr, /^clients can see it$/m);
    await sandbox.ok(['trust', 'home/trust/root.json', '--url', urls.content]);
    await sandbox.ok(['get', 'project/tool/1.2.0/tool.tgz', '--output', 'got.tgz']);
    assert.equal(await readFile(path.join(sandbox.dir, 'got.tgz'), 'utf8'), 'tool');
  });

  it('says that it is accepted and not seen, when clients do not see it in time', async () => {
    await writeFile(path.join(sandbox.dir, 'late.tgz'), 'late');
    const where = ['--to', 'project/tool/1.3.0', '--content-url', `${urls.content}/elsewhere`];
    const run = await upload('../late.tgz', ...where, '--wait-seconds', '0');
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stderr, /^accepted: main is at [0-9a-f]{12}$/m);
    assert.match(run.stderr, /\[workspace\.waiting\] .*clients do not see it yet/);
  });
});
