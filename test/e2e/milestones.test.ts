/** Milestones run on their own, show what their pages claim, and leave nothing behind. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { Demo, processesOf } from './kit/demo-process.ts';
import { claimedBy, measuredIn } from './kit/outcomes.ts';

const pages = [
  '00-baseline.md',
  '01-minimal-tuf.md',
  '02-timestamps.md',
  '03-minimal-uploads.md',
  '04-upload-tool.md',
  '05-developer-signing.md',
  '06-signing-events.md',
];

describe('the milestones', () => {
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

  it('go on with an encrypted file key where the tool of SoftHSM is missing', async () => {
    const programs = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-programs-'));
    try {
      await symlink(process.execPath, path.join(programs, 'node'));
      await symlink(programPath('git'), path.join(programs, 'git'));
      const args = ['--milestone', '2', '--exit', '--port', '0'];
      const demo = new Demo(folder.path, args, { PATH: programs });
      const { status, stdout, stderr } = await demo.ended();
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^ +there is no HSM: .*; an encrypted file key stands in for the HSM$/m);
      nothingIsLeft();
    } finally {
      await rm(programs, { recursive: true });
    }
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

/** Where PATH has a program. */
function programPath(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  assert(found !== undefined, `${name} is not on PATH`);
  return found;
}
