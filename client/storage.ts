/**
 * Files of the client on disk. A file appears under its name whole or not at all: it is written
 * beside it under a dot-name, synced, renamed, and the folder synced.
 */
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { idleTime, newOwner, ownerPattern } from '../core/lock/file-owner.ts';

/** The file's bytes, or undefined when there is none. @throws `client.storage` */
export async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw storageFault(file, error);
  }
}

/**
 * Makes or replaces `file` with what `fill` writes; when `fill` fails, nothing has changed.
 * @throws `client.storage`, and whatever `fill` throws
 */
export async function replaceFile(
  file: string,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${newOwner()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await fillAndRename(temporary, file, fill);
    await syncFolder(folder);
  } catch (error) {
    throw storageFault(file, error);
  }
}

/** @throws `client.storage` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw storageFault(folder, error);
  }
}

const temporaryPattern = new RegExp(`^\\.${ownerPattern}\\.tmp$`);

/**
 * Removes what processes that were killed in `replaceFile` left in a folder, which may not be there,
 * or in taking its lock.
 * @throws `client.storage`
 */
export async function removeAbandoned(folder: string): Promise<void> {
  try {
    const owned = (await namesIn(folder)).flatMap((name) => {
      const [, host, pid] = temporaryPattern.exec(name) ?? [];
      return host === undefined ? [] : [{ name, idleMs: idleTime(host, Number(pid)) }];
    });
    for (const { name, idleMs } of owned) {
      if (idleMs === 0) await rm(path.join(folder, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw storageFault(folder, error);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Removes a file that may be gone already, or a folder in its place. @throws `client.storage` */
export async function removeFile(file: string): Promise<void> {
  try {
    await rm(file, { recursive: true, force: true });
  } catch (error) {
    throw storageFault(file, error);
  }
}

/** A fault of the file system as one of ours; our own, and defects, pass as they are. */
export function storageFault(file: string, error: unknown): unknown {
  if (error instanceof TufOnGitError || !(error instanceof Error && 'code' in error)) return error;
  return fault('client.storage', file, `it cannot be read or written (${String(error.code)})`, {
    cause: error,
  });
}

async function fillAndRename(
  temporary: string,
  file: string,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(temporary, 'wx');
  try {
    try {
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes the names in a folder durable. @throws errors of the file system */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
