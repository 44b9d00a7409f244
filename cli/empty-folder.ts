import { readdir } from 'node:fs/promises';
import { fault } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';

/**
 * Whether there is a folder; one that there is must be empty.
 * @throws `usage.argument` when it is not, or is no folder
 */
export async function isEmptyFolder(dir: string): Promise<boolean> {
  const files = await readdir(dir).catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw fault('usage.argument', dir, 'this is no folder to write into', { cause });
  });
  if (files === undefined) return false;
  if (files.length === 0) return true;
  throw fault('usage.argument', dir, 'the folder is not empty', { hint: 'name another one' });
}
