import assert from 'node:assert/strict';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { lockFolder } from '../../core/lock/folder-lock.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { typeScriptProcess } from '../kit/typescript-process.ts';

describe('the lock of a folder', () => {
  const folder = temporaryFolder();
  const take = (timeoutMs = 60_000) =>
    lockFolder(folder.path, { timeoutMs }, () => fault('client.locked', folder.path, 'taken'));
  const lock = () => path.join(folder.path, '.lock');

  it('has one holder, however many processes meet at one that was left', async () => {
    const ended = typeScriptProcess('lock-in-turns', folder.path, '1', '');
    assert.equal(await ended.ended, 0);
    const others = Array.from({ length: 6 }, () =>
      typeScriptProcess('lock-in-turns', folder.path, '100', String(ended.child.pid)),
    );
    const statuses = await Promise.all(others.map((other) => other.ended));
    assert.deepEqual(statuses, [0, 0, 0, 0, 0, 0]);
  });

  it('is gone without a trace once given back', async () => {
    const held = await take();
    held.requireHeld();
    held.release();
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('is refused while another one has it, and told why', async () => {
    const held = await take();
    const { where } = await rejectsWithFault('client.locked', take(10));
    assert.equal(where, folder.path);
    held.release();
    (await take(0)).release();
  });

  it('is not kept by a process that has the number of one that ended', async () => {
    const held = await take();
    const [holder = ''] = await readdir(lock());
    held.release();
    await mkdir(lock());
    await writeFile(path.join(lock(), holder.replace(/[^-]*$/, 'before.1')), '');
    await take(0);
    assert.equal((await readdir(lock())).length, 1);
  });

  it('is believed of another machine for ten minutes, and its holder then notices', async () => {
    await mkdir(lock());
    const foreign = path.join(lock(), '00000000-1-00000000-x');
    await writeFile(foreign, '');
    await rejectsWithFault('client.locked', take(10));
    const then = new Date(Date.now() - 601_000);
    await utimes(foreign, then, then);
    const held = await take(10);
    await rm(lock(), { recursive: true }); // as that machine does with ours
    await rejectsWithFault('client.locked', Promise.resolve().then(held.requireHeld));
  });
});
