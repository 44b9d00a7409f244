/**
 * Files of the working tree, by their path in it. What came from a server may hold symbolic links:
 * no file is read or written through one, so nothing outside the workspace is ever touched.
 */
import { lstat, mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { isSafeTargetPath } from '../../core/metadata/names.ts';

/** The content, or undefined where there is no such file. @throws `path.form` */
export async function readTreeFile(dir: string, file: string): Promise<Buffer | undefined> {
  const place = await placeOf(dir, file);
  return place.exists ? readFile(place.absolute) : undefined;
}

/** Writes the file whole or not at all, and the folders above it. @throws `path.form` */
export async function writeTreeFile(dir: string, file: string, bytes: Uint8Array): Promise<void> {
  const { absolute } = await placeOf(dir, file);
  await mkdir(path.dirname(absolute), { recursive: true });
  await replaceDurably(absolute, bytes, 0o644);
}

/** Removes the file if it is there, and folders that it leaves empty. @throws `path.form` */
export async function removeTreeFile(dir: string, file: string): Promise<void> {
  const { absolute } = await placeOf(dir, file);
  await rm(absolute, { force: true });
  await removeEmptyFolders(dir, path.posix.dirname(file));
}

interface Place {
  readonly absolute: string;
  readonly exists: boolean;
}

async function placeOf(dir: string, file: string): Promise<Place> {
  if (!isSafeTargetPath(file)) throw fault('path.form', file, 'the path leaves the workspace');
  const parts = file.split('/');
  let absolute = dir;
  for (const [index, part] of parts.entries()) {
    absolute = path.join(absolute, part);
    const found = await lstat(absolute).catch(absent);
    if (found === undefined) return { absolute: path.join(dir, ...parts), exists: false };
    const isFile = index === parts.length - 1;
    if (isFile ? !found.isFile() : !found.isDirectory()) {
      const wanted = isFile ? 'file' : 'folder';
      throw fault('path.form', parts.slice(0, index + 1).join('/'), `this is no plain ${wanted}`);
    }
  }
  return { absolute, exists: true };
}

async function removeEmptyFolders(dir: string, folder: string): Promise<void> {
  if (!folder.includes('/')) return; // metadata/ and targets/ themselves stay
  try {
    await rmdir(path.join(dir, folder));
  } catch {
    return; // it is in use by other files
  }
  await removeEmptyFolders(dir, path.posix.dirname(folder));
}

function absent(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
}
