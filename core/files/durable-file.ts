import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fault, TufOnGitError } from '../error/error.ts';
import { hasCode, systemCode } from '../error/system-error.ts';

/**
 * Writes a file whole or not at all, and durably: temporary file, fsync, rename, fsync of the
 * folder. After a crash there is the old content or the new.
 * @throws `home.not-writable`
 */
export async function replaceDurably(file: string, bytes: string | Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritable(file, cause);
  }
}

/** Writes a new file and returns when it is on the disk; its name is durable after `syncFolder`. */
export async function writeSynced(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await writeFile(handle, content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems know no fsync of folders; they order such changes themselves.
    if (!hasCode(error, 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    await handle.close();
  }
}

/** Makes a folder with its parents; the ones that are new, each of which its parent must sync. */
export async function makeFolder(folder: string): Promise<readonly string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const made: string[] = [];
  for (let at = folder; at.length >= first.length; at = path.dirname(at)) made.push(at);
  return made;
}

/** What is wrong with a file that could not be written; a fault that says it already is kept. */
export function notWritable(file: string, cause: unknown) {
  if (cause instanceof TufOnGitError) return cause;
  const message = `it cannot be written (${systemCode(cause)})`;
  return fault('home.not-writable', file, message, { cause });
}
