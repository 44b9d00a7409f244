import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { storageFault } from './storage.ts';

/**
 * Makes a folder below another one. No link on the way is followed: it might lead elsewhere.
 * @param top is there already
 * @param parts names without `/`, neither `.` nor `..`
 * @returns the folders that are new, outermost first
 * @throws `client.storage`
 */
export async function makeFolderBelow(
  top: string,
  parts: readonly string[],
): Promise<readonly string[]> {
  const made: string[] = [];
  let folder = top;
  for (const part of parts) {
    folder = path.join(folder, part);
    try {
      if (await makeUnlessThere(folder)) made.push(folder);
    } catch (error) {
      throw storageFault(folder, error);
    }
  }
  return made;
}

async function makeUnlessThere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  if ((await lstat(folder)).isDirectory()) return false;
  throw fault('client.storage', folder, 'a folder is to be here, and something else is', {
    hint: 'links are not followed; move it away, or name another folder',
  });
}
