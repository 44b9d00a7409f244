import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { removeOnSignal } from '../terminal/remove-on-signal.ts';

/**
 * Runs `make` on a folder beside `home` and gives it that name when all is done: whoever looks sees
 * no HOME or a whole one. After a failure, and after Ctrl-C, nothing is left.
 * @throws `home.exists`, `home.missing`, `home.not-writable`, and what `make` throws
 */
export async function inTemporaryHome<T>(
  home: string,
  make: (folder: string) => Promise<T>,
): Promise<T> {
  await refuseExisting(home);
  const folder = path.join(path.dirname(home), unusedName(home));
  const stop = removeOnSignal(folder);
  try {
    await mkdir(folder).catch((cause: unknown) => {
      throw fault('home.not-writable', path.dirname(home), 'no folder can be made here', { cause });
    });
    const made = await make(folder);
    await rename(folder, home);
    return made;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    stop();
  }
}

/** @throws `home.exists` unless there is nothing at `home`, or an empty folder; `home.missing` for its parent */
export async function refuseExisting(home: string): Promise<void> {
  const parent = path.dirname(home);
  const above = await stat(parent).catch(() => undefined);
  if (above?.isDirectory() !== true) {
    throw fault('home.missing', parent, 'there is no such folder to make a HOME in');
  }
  const there = await stat(home).catch(() => undefined);
  if (there === undefined) return;
  if (there.isDirectory() && (await readdir(home)).length === 0) return;
  throw fault('home.exists', home, 'there is something here already, which is kept', {
    hint: 'name a folder that does not exist yet',
  });
}

function unusedName(home: string): string {
  return `.${path.basename(home)}.${randomBytes(4).toString('hex')}.init`;
}
