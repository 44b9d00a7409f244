import { execFile } from 'node:child_process';
import { chownSync, constants, openSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { fault } from '../../core/error/error.ts';
import { systemCode } from '../../core/error/system-error.ts';

const run = promisify(execFile);

/**
 * The named pipe by which the post-receive hook says that something was pushed: any byte is a nudge.
 * A shell can write to it, so no program has to start for it. Mode 0660 with the group of the
 * repository: whoever may push there may nudge.
 * @param file HOME/state/nudge; a left-over one is taken away, so the lock must be held
 * @throws `home.not-writable`
 */
export async function listenForNudges(
  file: string,
  repository: string,
  onNudge: () => void,
): Promise<() => Promise<void>> {
  const pipe = new Socket({
    fd: await openPipe(file, repository),
    readable: true,
    writable: false,
  });
  pipe.on('data', onNudge);
  pipe.on('error', () => pipe.destroy());
  return async () => {
    await close(pipe);
    await rm(file, { force: true }).catch(() => undefined); // the next start takes it away
  };
}

/** Open for writing too, for else it would end whenever nobody else has it open. */
async function openPipe(file: string, repository: string): Promise<number> {
  try {
    rmSync(file, { force: true });
    await run('mkfifo', ['-m', '660', file]);
    const { gid } = statSync(repository);
    if (statSync(file).gid !== gid) chownSync(file, -1, gid);
    return openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (cause) {
    const message = `the named pipe cannot be made (${systemCode(cause)})`;
    throw fault('home.not-writable', file, message, { cause });
  }
}

function close(pipe: Socket): Promise<void> {
  return new Promise((resolve) => {
    pipe.once('close', () => {
      resolve();
    });
    pipe.destroy();
  });
}
