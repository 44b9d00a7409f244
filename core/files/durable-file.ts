import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fault, TufOnGitError } from '../error/error.ts';
import { hasCode, systemCode } from '../error/system-error.ts';

/**
 * Writes a file whole or not at all, and durably: temporary file, fsync, rename, fsync of the
 * folder. After a crash there is the old content or the new.
 * @param mode exactly, whatever the umask
 * @throws `home.not-writable`
 */
export async function replaceDurably(
  file: string,
  bytes: string | Uint8Array,
  mode?: number,
): Promise<void> {
  await replace(file, async (temporary) => {
    await writeSynced(temporary, bytes, mode);
    if (mode !== undefined) await chmod(temporary, mode);
  });
  await syncFolder(path.dirname(file)).catch((cause: unknown) => {
    throw notWritable(file, cause);
  });
}

/**
 * The same without waiting for the disk, for what can be made again: the file is whole or not there,
 * also where the disk is full.
 * @throws `home.not-writable`
 */
export async function replaceWhole(
  file: string,
  bytes: string | Uint8Array | Iterable<Uint8Array>,
  mode = 0o666,
): Promise<void> {
  await replace(file, (temporary) => writeFile(temporary, bytes, { flag: 'wx', mode }));
}

async function replace(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  // Not by the file's own name, which may be as long as a name can be.
  const temporary = path.join(path.dirname(file), `.${randomBytes(8).toString('hex')}.partial`);
  try {
    await write(temporary);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritable(file, cause);
  }
}

/** Writes a new file and returns when it is on the disk; its name is durable after `syncFolder`. */
export async function writeSynced(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  mode = 0o644,
): Promise<void> {
  const handle = await open(file, 'wx', mode);
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
