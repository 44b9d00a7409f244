import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  stat,
  symlink,
} from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../error/system-error.ts';
import { syncFolder } from './durable-file.ts';

export interface CopyOptions {
  /** What is left out, by its path below the folder. */
  readonly leaveOut?: (name: string) => boolean;
}

/**
 * Copies a folder with all that is in it, modes included, and returns when it is on the disk.
 * Sockets and their like are left out, and so is what goes away meanwhile: the folder may be in use.
 * @param from a folder, or a link to one
 * @param to a folder that is made, or is there already
 */
export async function copyTree(
  from: string,
  to: string,
  { leaveOut = () => false }: CopyOptions = {},
): Promise<void> {
  await copyFolder(from, to, '', leaveOut);
}

/** One file, on the disk when this returns; false when there is none. */
export async function copyOne(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  const handle = await open(to, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return true;
}

async function copyFolder(
  from: string,
  to: string,
  below: string,
  leaveOut: (name: string) => boolean,
): Promise<void> {
  const found = await lstatOf(from);
  if (found === undefined) return;
  // A link has mode 0777, whatever it leads to.
  const { mode } = below === '' ? await stat(from) : found;
  await mkdir(to, { recursive: true });
  const names = await readdir(from);
  for (const name of names) {
    const place = below === '' ? name : `${below}/${name}`;
    if (leaveOut(place)) continue;
    await copyEntry(path.join(from, name), path.join(to, name), place, leaveOut);
  }
  await chmod(to, mode & 0o7777);
  await syncFolder(to);
}

async function copyEntry(
  from: string,
  to: string,
  place: string,
  leaveOut: (name: string) => boolean,
): Promise<void> {
  const found = await lstatOf(from);
  if (found?.isDirectory() === true) await copyFolder(from, to, place, leaveOut);
  else if (found?.isSymbolicLink() === true) await symlink(await readlink(from), to);
  else if (found?.isFile() === true) await copyOne(from, to);
}

async function lstatOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
