import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { servedHome, type Maintainer, type ServedHome } from '../kit/served-home.ts';

describe('tuf-on-git upload to a daemon, by somebody without git', () => {
  let served: ServedHome;
  let alice: Maintainer;

  before(async () => {
    served = await servedHome();
    alice = await served.maintainer('alice');
  });
  after(() => served.close());

  it('ends when a client sees the files, which a downloader then gets', async () => {
    await writeFile(path.join(served.sandbox.dir, 'tool.tgz'), 'tool');
    const where = ['--to', 'project/tool/1.2.0'];
    const run = await alice.run('upload', '../tool.tgz', ...where, '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout, 'project/tool/1.2.0/tool.tgz\n');
    assert.match(run.stderr, /^clients can see it$/m);
    await served.sandbox.ok(['trust', 'home/trust/root.json', '--url', served.content]);
    await served.sandbox.ok(['get', 'project/tool/1.2.0/tool.tgz', '--output', 'got.tgz']);
    assert.equal(await readFile(path.join(served.sandbox.dir, 'got.tgz'), 'utf8'), 'tool');
  });

  it('says that it is accepted and not seen, when clients do not see it in time', async () => {
    await writeFile(path.join(served.sandbox.dir, 'late.tgz'), 'late');
    const where = ['--to', 'project/tool/1.3.0', '--content-url', `${served.content}/elsewhere`];
    const run = await alice.run('upload', '../late.tgz', ...where, '--wait-seconds', '0', '--yes');
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stderr, /^accepted: main is at [0-9a-f]{12}$/m);
    assert.match(run.stderr, /\[workspace\.waiting\] .*clients do not see it yet/);
  });
});
