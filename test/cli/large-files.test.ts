import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cliSandbox, ended, type CliRun, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { cuttingProxy, type CuttingProxy } from '../kit/cutting-proxy.ts';
import { runGit } from '../kit/git.ts';

const mebibyte = 1 << 20;

describe('a file that is too large for git', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let daemon: ChildProcess;
  let end: Promise<CliRun>;
  let content: string;
  let proxy: CuttingProxy;
  const withoutGit = { PATH: '/nowhere' };

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    daemon = sandbox.start(['serve', 'home', '--json-ready']);
    end = ended(daemon);
    assert.ok(daemon.stdout);
    const [line] = (await once(createInterface(daemon.stdout), 'line')) as [string];
    const urls = JSON.parse(line) as { content: string; console: string };
    content = urls.content;
    proxy = await cuttingProxy(urls.console);
    const token = await sandbox.ok(['token', 'add', 'home', 'alice']);
    await writeFile(path.join(sandbox.dir, 'alice.token'), token, { mode: 0o600 });
    const pin = ['--root-sha256', made.rootSha256, '--key', 'file:alice.json'];
    const clone = ['clone', proxy.url, 'alice', ...pin, '--token-file', 'alice.token'];
    await sandbox.ok(clone, { env: withoutGit });
  });
  after(async () => {
    await proxy.close();
    daemon.kill('SIGTERM');
    await end;
    await sandbox.remove();
  });

  const alice = async (...args: string[]): Promise<CliRun> => {
    const run = await sandbox.run(args, { cwd: path.join(sandbox.dir, 'alice'), env: withoutGit });
    assert.equal(run.status, 0, run.stderr);
    return run;
  };

  async function largeFile(name: string, bytes: number): Promise<string> {
    const file = path.join(sandbox.dir, name);
    await writeFile(file, randomBytes(bytes));
    return file;
  }

  async function blobOf(file: string): Promise<string> {
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return path.join(sandbox.dir, 'home/blobs', sha256.slice(0, 2), sha256);
  }

  async function inGit(): Promise<readonly string[]> {
    const repository = path.join(sandbox.dir, 'home/repository.git');
    const { stdout } = await runGit(['-C', repository, 'ls-tree', '-r', '--name-only', 'main']);
    return stdout.toString().split('\n');
  }

  it('goes to the blob store by upload, on from where the connection broke, and to clients', async () => {
    const file = await largeFile('large.tgz', 5 * mebibyte);
    proxy.cut([1 * mebibyte, 2 * mebibyte]);
    const before = proxy.received();
    const where = ['--to', 'project/tool/1.0.0', '--content-url', content];
    await alice('upload', file, ...where, '--yes');
    assert.ok(proxy.received() - before < 7 * mebibyte, 'it was sent again from the start');
    assert.equal((await stat(await blobOf(file))).size, 5 * mebibyte);
    assert.ok(!(await inGit()).some((name) => name.startsWith('targets/project')));
    await sandbox.ok(['trust', 'home/trust/root.json', '--url', content]);
    await sandbox.ok(['get', 'project/tool/1.0.0/large.tgz', '--output', 'got.tgz']);
    const got = await readFile(path.join(sandbox.dir, 'got.tgz'));
    assert.ok(got.equals(await readFile(file)));
  });

  it('is sent once, however often it is listed', async () => {
    const file = await largeFile('twice.tgz', 2 * mebibyte);
    await alice('upload', file, '--to', 'project/tool/2.0.0', '--content-url', content, '--yes');
    const before = proxy.received();
    await alice('upload', file, '--to', 'project/tool/2.0.1', '--content-url', content, '--yes');
    assert.ok(proxy.received() - before < mebibyte);
  });

  it('goes there by add, sign and push as well, while small ones go to git', async () => {
    const [large, small] = [await largeFile('l.tgz', 2 * mebibyte), await largeFile('s.tgz', 10)];
    await alice('add', 'project/tool/3.0.0/large.tgz', large);
    await alice('add', 'project/tool/3.0.0/small.tgz', small);
    await alice('sign', '--yes');
    await alice('push');
    assert.equal((await stat(await blobOf(large))).size, 2 * mebibyte);
    assert.deepEqual(
      (await inGit()).filter((name) => name.startsWith('targets/project/tool/3')),
      ['targets/project/tool/3.0.0/small.tgz'],
    );
  });
});
