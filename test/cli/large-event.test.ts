import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { servedHome, type Maintainer, type ServedHome } from '../kit/served-home.ts';
import { until } from '../kit/until.ts';

const bytes = 2_000_000;

describe('a file in the blob store that several people sign for', () => {
  let served: ServedHome;
  let alice: Maintainer;
  let bob: Maintainer;
  let dir: string;

  before(async () => {
    served = await servedHome();
    ({ dir } = served.sandbox);
    [alice, bob] = [await served.maintainer('alice'), await served.maintainer('bob')];
    const keys = ['--key', '../alice.pub', '--key', '../bob.pub', '--threshold', '2'];
    await alice.ok('role', 'add', 'project', ...keys, '--paths', 'project/*/*/*');
    await waits(alice, 'sign', '--yes');
    await waits(alice, 'push', 'new-project');
    await bob.ok('sign', 'new-project', '--yes');
    await landed(1);
  });
  after(() => served.close());

  async function waits(who: Maintainer, ...args: string[]): Promise<void> {
    const { status, stderr } = await who.run(...args);
    assert.equal(status, 4, stderr);
  }

  const landed = (version: number) =>
    until(`version ${version} has landed`, async () => {
      const answer = await fetch(`${served.content}/metadata/${version}.project.json`);
      return answer.status === 200;
    });

  /** Sends an event that lists a large file; returns where the server keeps it. */
  async function release(version: string): Promise<string> {
    await alice.ok('status', '--fetch');
    const content = randomBytes(bytes);
    await writeFile(path.join(dir, 'large.tgz'), content);
    await alice.ok('add', `project/tool/${version}/large.tgz`, '../large.tgz', '--role', 'project');
    await waits(alice, 'sign', '--yes');
    await waits(alice, 'push', version);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return path.join(dir, 'home/blobs', sha256.slice(0, 2), sha256);
  }

  it('is fetched and hashed before somebody signs who has never had it', async () => {
    await release('1.0.0');
    const { stderr } = await bob.ok('sign', '1.0.0', '--yes');
    assert.match(stderr, /large\.tgz, 2000000 bytes\n {6}sha256 .*\n {6}checked: fetched from/);
    await landed(2);
  });

  it('is signed by nobody when the server shows another one', async () => {
    const file = await release('2.0.0');
    const content = await readFile(file);
    await chmod(file, 0o644);
    await writeFile(file, Buffer.concat([Buffer.from('evil'), content.subarray(4)]));
    const refused = await bob.run('sign', '2.0.0', '--yes');
    assert.match(refused.stderr, /\[target\.hash\]/);
    assert.equal(refused.status, 1);
    await writeFile(file, content);
    await bob.ok('sign', '2.0.0', '--yes');
  });
});
