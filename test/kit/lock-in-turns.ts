/**
 * Takes the lock of a folder so many times, and leaves every second one as a process that ended
 * leaves it: `FOLDER ROUNDS ENDED-PID`. Exits with 1 when somebody else is in there too.
 */
import { closeSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { lockFolder } from '../../core/lock/folder-lock.ts';

const [folder = '', rounds = '', endedPid = ''] = process.argv.slice(2);
const lock = path.join(folder, '.lock');
const inside = path.join(folder, 'inside');

for (let round = 0; round < Number(rounds); round += 1) {
  const held = await lockFolder(folder, { timeoutMs: 60_000 }, () =>
    fault('client.locked', folder, 'taken'),
  );
  closeSync(openSync(inside, 'wx'));
  held.requireHeld();
  rmSync(inside);
  if (round % 2 === 0) held.release();
  else leave();
}

function leave(): void {
  for (const name of readdirSync(lock)) {
    const left = name.replace(`-${process.pid}-`, `-${endedPid}-`);
    renameSync(path.join(lock, name), path.join(lock, left));
  }
}
