import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cliSandbox, ended, type CliRun, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { until } from '../kit/until.ts';

describe('a signing event with the daemon, over HTTP', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let daemon: ChildProcess;
  let end: Promise<CliRun>;
  let urls: { readonly content: string; readonly console: string };

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    daemon = sandbox.start(['serve', 'home', '--json-ready']);
    end = ended(daemon);
    assert.ok(daemon.stdout);
    const [line] = (await once(createInterface(daemon.stdout), 'line')) as [string];
    urls = JSON.parse(line) as typeof urls;
  });
  after(async () => {
    daemon.kill('SIGTERM');
    await end;
    await sandbox.remove();
  });

  /** The command line of somebody who has no git. */
  async function maintainer(name: string) {
    const token = path.join(sandbox.dir, `${name}.token`);
    await writeFile(token, await sandbox.ok(['token', 'add', 'home', name]), { mode: 0o600 });
    const run = (...args: string[]) =>
      sandbox.run(args, { cwd: path.join(sandbox.dir, name), env: { PATH: '/nowhere' } });
    const pin = ['--root-sha256', made.rootSha256, '--key', `file:${name}.json`];
    const clone = ['clone', urls.console, name, ...pin, '--token-file', `${name}.token`];
    await sandbox.ok(clone, { env: { PATH: '/nowhere' } });
    return {
      run,
      ok: async (...args: string[]): Promise<string> => {
        const { status, stdout, stderr } = await run(...args);
        assert.equal(status, 0, stderr);
        return stdout;
      },
    };
  }

  it('is drafted by alice, signed by bob in a workspace of his own, and lands', async () => {
    const [alice, bob] = [await maintainer('alice'), await maintainer('bob')];
    const keys = ['--key', '../alice.pub', '--key', '../bob.pub', '--threshold', '2'];
    await alice.ok('role', 'add', 'project', ...keys, '--paths', 'project/*/*/*');
    const signed = await alice.run('sign', '--yes');
    assert.equal(signed.status, 4, signed.stderr);
    const pushed = await alice.run('push', 'new-project');
    assert.equal(pushed.status, 4, pushed.stderr);
    assert.match(pushed.stderr, /^server: tuf-on-git: project version 1: 1 of 2 signatures/m);
    assert.match(pushed.stderr, /@bob is missing; they sign with: tuf-on-git sign new-project$/m);
    assert.match(await alice.ok('status'), /^nothing is drafted$/m);
    const before = await bob.ok('status', '--fetch');
    assert.match(before, /new-project: targets version 1 → 2; project new, version 1$/m);
    assert.match(before, /project version 1: .*; @bob is missing; signed by @alice$/m);
    assert.match(before, /next: tuf-on-git sign new-project$/m);
    const last = await bob.run('sign', 'new-project', '--yes');
    assert.equal(last.status, 0, last.stderr);
    assert.match(last.stderr, /\+ delegation to project\n {6}signed by 2 of 2: @alice, @bob/);
    assert.match(last.stderr, /^server: .*every threshold is met: it lands now$/m);
    for (const each of [alice, bob]) {
      await until('the event has landed', async () => {
        return !(await each.ok('status', '--fetch')).includes('new-project');
      });
      assert.match(await each.ok('role', 'show'), /^project +targets +1 .*2 of @alice, @bob/m);
    }
    await until('clients see it', async () => {
      return (await fetch(`${urls.content}/metadata/1.project.json`)).status === 200;
    });
  });
});
