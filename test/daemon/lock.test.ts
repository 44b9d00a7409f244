import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { takeLock } from '../../daemon/lock.ts';
import { processIdentity } from '../../daemon/process-identity.ts';
import { throwsFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';

describe('the lock of a HOME', () => {
  const folder = freshFolders();
  const file = () => path.join(folder(), 'daemon.lock');

  it('is held by one at a time, and free after it is given back', () => {
    const lock = takeLock(folder());
    throwsFault('home.locked', () => takeLock(folder()));
    lock.release();
    takeLock(folder()).release();
    assert.deepEqual(readdirSync(folder()), []);
  });

  it('names its holder by number and start', () => {
    const lock = takeLock(folder());
    assert.deepEqual(JSON.parse(readFileSync(file(), 'utf8')), {
      pid: process.pid,
      started: processIdentity(process.pid),
    });
    lock.release();
  });

  const stale: Record<string, string> = {
    'a process that is gone': JSON.stringify({ pid: 2 ** 22 + 1, started: 'x' }),
    'another process under the same number': JSON.stringify({ pid: process.pid, started: 'x' }),
    'nobody, being damaged': '{"pid":',
  };
  for (const [whose, content] of Object.entries(stale)) {
    it(`does not block when it names ${whose}`, () => {
      writeFileSync(file(), content);
      takeLock(folder()).release();
      assert.deepEqual(readdirSync(folder()), []);
    });
  }

  it('cannot be taken where nothing can be written', () => {
    writeFileSync(file(), '');
    throwsFault('home.not-writable', () => takeLock(path.join(file(), 'state')));
  });
});

describe('the identity of a process', () => {
  it('is the same at each look, and none when there is no such process', () => {
    assert.equal(processIdentity(process.pid), processIdentity(process.pid));
    assert.ok(processIdentity(process.pid));
    assert.equal(processIdentity(2 ** 22 + 1), undefined);
  });
});
