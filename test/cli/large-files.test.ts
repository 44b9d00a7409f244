import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cuttingProxy, type CuttingProxy } from '../kit/cutting-proxy.ts';
import { runGit } from '../kit/git.ts';
import { servedHome, type Maintainer, type ServedHome } from '../kit/served-home.ts';

const mebibyte = 1 << 20;

describe('a file that is too large for git', () => {
  let served: ServedHome;
  let proxy: CuttingProxy;
  let alice: Maintainer;
  let dir: string;
  let content: string;

  before(async () => {
    served = await servedHome();
    proxy = await cuttingProxy(served.console);
    alice = await served.maintainer('alice', proxy.url);
    ({ content } = served);
    ({ dir } = served.sandbox);
  });
  after(async () => {
    await proxy.close();
    await served.close();
  });

  async function largeFile(name: string, bytes: number): Promise<string> {
    const file = path.join(dir, name);
    await writeFile(file, randomBytes(bytes));
    return file;
  }

  async function blobOf(file: string): Promise<string> {
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return path.join(dir, 'home/blobs', sha256.slice(0, 2), sha256);
  }

  async function inGit(): Promise<readonly string[]> {
    const repository = path.join(dir, 'home/repository.git');
    const { stdout } = await runGit(['-C', repository, 'ls-tree', '-r', '--name-only', 'main']);
    return stdout.toString().split('\n');
  }

  it('goes to the blob store by upload, on from where the connection broke, and to clients', async () => {
    const file = await largeFile('large.tgz', 5 * mebibyte);
    proxy.cut([1 * mebibyte, 2 * mebibyte]);
    const before = proxy.received();
    await alice.ok('upload', file, '--to', 'project/tool/1.0.0', '--yes');
    assert.ok(proxy.received() - before < 7 * mebibyte, 'it was sent again from the start');
    assert.equal((await stat(await blobOf(file))).size, 5 * mebibyte);
    assert.ok(!(await inGit()).some((name) => name.startsWith('targets/project')));
    await served.sandbox.ok(['trust', 'home/trust/root.json', '--url', content]);
    await served.sandbox.ok(['get', 'project/tool/1.0.0/large.tgz', '--output', 'got.tgz']);
    const got = await readFile(path.join(dir, 'got.tgz'));
    assert.ok(got.equals(await readFile(file)));
  });

  it('is sent once, however often it is listed', async () => {
    const file = await largeFile('twice.tgz', 2 * mebibyte);
    await alice.ok('upload', file, '--to', 'project/tool/2.0.0', '--yes');
    const before = proxy.received();
    await alice.ok('upload', file, '--to', 'project/tool/2.0.1', '--yes');
    assert.ok(proxy.received() - before < mebibyte);
  });

  it('goes there by add, sign and push as well, while small ones go to git', async () => {
    const [large, small] = [await largeFile('l.tgz', 2 * mebibyte), await largeFile('s.tgz', 10)];
    await alice.ok('add', 'project/tool/3.0.0/large.tgz', large);
    await alice.ok('add', 'project/tool/3.0.0/small.tgz', small);
    await alice.ok('sign', '--yes');
    await alice.ok('push');
    assert.equal((await stat(await blobOf(large))).size, 2 * mebibyte);
    assert.deepEqual(
      (await inGit()).filter((name) => name.startsWith('targets/project/tool/3')),
      ['targets/project/tool/3.0.0/small.tgz'],
    );
  });
});
