import { constants } from 'node:fs';
import { lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../core/error/system-error.ts';
import { freeParts, partNames, type FreePart, type PartNames } from './part-names.ts';
import type { TargetFolders } from './target-folders.ts';
import type { TargetInfo } from './target-info.ts';

/** A target's file while it is unfinished: nobody else writes it. */
export interface TargetPart {
  /** What it is to become. */
  readonly file: string;
  readonly handle: FileHandle;
  /** Bytes that an earlier download left, unverified. */
  readonly found: number;
  /** Gives the content, which is verified by now, its name, once the disk has it. */
  readonly place: () => Promise<void>;
  /** Leaves what has come for the next download. */
  readonly keep: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/**
 * Takes over what an earlier download of the same content left, else begins a part.
 * @throws errors of the file system
 */
export async function openPart(
  file: string,
  info: TargetInfo,
  folders: TargetFolders,
): Promise<TargetPart> {
  const folder = path.dirname(file);
  const left = freeParts(await folders.open(folder), file, info);
  const names = partNames(file, info);
  const handle = await takeOver(folder, left, names.own);
  return handle === undefined
    ? part(await open(names.own, 'wx'), 0, { file, names, left, folders })
    : part(handle, (await handle.stat()).size, { file, names, left, folders });
}

interface PartPlace {
  readonly file: string;
  readonly names: PartNames;
  readonly left: readonly FreePart[];
  readonly folders: TargetFolders;
}

function part(handle: FileHandle, found: number, place: PartPlace): TargetPart {
  const { file, folders, left, names } = place;
  const folder = path.dirname(file);
  return {
    file,
    handle,
    found,
    place: async () => {
      await handle.sync();
      await handle.close();
      await rename(names.own, file);
      folders.changed(folder);
      for (const other of left) await removeFree(folder, other);
    },
    keep: async () => {
      await handle.close();
      await rename(names.own, names.free);
    },
    remove: async () => {
      await handle.close();
      await rm(names.own, { force: true });
    },
  };
}

/** The first of the parts with its beginning that can be had; undefined when none can. */
async function takeOver(
  folder: string,
  left: readonly FreePart[],
  own: string,
): Promise<FileHandle | undefined> {
  for (const each of left.filter((one) => one.isSameContent)) {
    const from = path.join(folder, each.name);
    if (!(await isOurs(from, each.idleMs)) || !(await renamed(from, own))) continue;
    const handle = await open(own, constants.O_RDWR | constants.O_NOFOLLOW);
    if (isPlain(await handle.stat())) return handle;
    await handle.close();
    await rm(own, { force: true });
  }
  return undefined;
}

async function removeFree(folder: string, { name, idleMs }: FreePart): Promise<void> {
  const file = path.join(folder, name);
  if (await isOurs(file, idleMs)) await rm(file, { force: true });
}

/** A plain file of this account, that has been left alone for long enough. */
async function isOurs(file: string, idleMs: number): Promise<boolean> {
  try {
    const found = await lstat(file);
    // A file of this moment may be a fraction of a millisecond ahead of `Date.now`, or more after a
    // clock was set back.
    const isIdle = idleMs === 0 || Date.now() - found.mtimeMs >= idleMs;
    return isPlain(found) && isIdle;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

interface Found {
  readonly nlink: number;
  readonly uid: number;
  isFile(): boolean;
}

/** Not a link in disguise, and nobody else's: such a file could be changed behind our back. */
function isPlain(found: Found): boolean {
  return found.isFile() && found.nlink === 1 && found.uid === (process.getuid?.() ?? found.uid);
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
