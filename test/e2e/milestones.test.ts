/** Milestones run on their own, show what their pages claim, and leave nothing behind. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { Demo, processesOf } from './kit/demo-process.ts';
import { claimedBy, measuredIn } from './kit/outcomes.ts';

const pages = ['00-baseline.md', '01-minimal-tuf.md', '02-timestamps.md'];

describe('the milestones', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  function nothingIsLeft(): void {
    assert.deepEqual(processesOf(folder.path), []);
    // What tsx keeps of compiled sources is no part of the demo.
    const left = readdirSync(folder.path).filter((name) => !name.startsWith('tsx-'));
    assert.deepEqual(left, []);
  }

  for (const [milestone, page] of pages.entries()) {
    it(`${page} claims what its run measures`, async () => {
      const args = ['--milestone', String(milestone), '--exit', '--port', '0'];
      const { status, stdout, stderr } = await new Demo(folder.path, args).ended();
      assert.deepEqual([status, stderr], [0, '']);
      assert.deepEqual(measuredIn(stdout), claimedBy(page));
      assert(claimedBy(page).size >= 4, 'too few attacks are measured');
      nothingIsLeft();
    });
  }

  it('leave a server running until they are stopped', async () => {
    const demo = new Demo(folder.path, ['--milestone', '0', '--port', '0']);
    const url = await demo.printed(/http:\/\/127\.0\.0\.1:\d+/);
    await demo.printed(/Ctrl-C ends it/);
    assert.equal((await fetch(`${url}/lighthouse/index.json`)).status, 200);
    demo.signal('SIGTERM');
    assert.equal((await demo.ended()).status, 143);
    await assert.rejects(fetch(url));
    nothingIsLeft();
  });

  it('end everything, the daemon too, when Ctrl-C comes half-way', async () => {
    const demo = new Demo(folder.path, ['--milestone', '2', '--exit', '--port', '0']);
    await demo.printed(/the daemon serves/);
    if (process.platform === 'linux') assert(processesOf(folder.path).length > 0);
    demo.signal('SIGINT');
    assert.equal((await demo.ended()).status, 130);
    nothingIsLeft();
  });

  it('say in one line that a port is in use, and leave nothing behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => taken.once('listening', resolve));
      const { port } = taken.address() as AddressInfo;
      const args = ['--milestone', '2', '--exit', '--port', String(port)];
      const { status, stderr } = await new Demo(folder.path, args).ended();
      assert.equal(status, 1);
      assert.match(stderr.trim(), /^demo: tuf-on-git: \[home\.port-in-use\] .*$/);
      nothingIsLeft();
    } finally {
      taken.close();
    }
  });

  for (const args of [['--milestone', '9'], ['--port', 'http'], ['--quick'], ['now']]) {
    it(`refuse ${args.join(' ')} with status 2 and one line`, async () => {
      const { status, stderr } = await new Demo(folder.path, args).ended();
      assert.equal(status, 2);
      assert.equal(stderr.trim().split('\n').length, 1);
      nothingIsLeft();
    });
  }
});
