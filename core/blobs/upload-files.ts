/**
 * Where uploads stand while they are not public, below the folder of the blob store:
 *
 * - `incoming/<token>/<sha256>`: what has come so far of an upload; it goes on at its end.
 * - `uploaded/<token>/<sha256>`: empty; the token has sent the whole file, which is in the store.
 * - `leaving/<sha256>`: a file that was taken out of the store, for as long as it may have to come back.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';
import { makeFolder, syncFolder } from '../files/durable-file.ts';
import { blobFile, isSha256 } from './blob-store.ts';

export type UploadFolder = 'incoming' | 'uploaded';

/** One file of a token. */
export interface UploadFile {
  readonly token: string;
  readonly sha256: string;
}

/** @throws `target.hashes`, `home.token` for names that are no part of a path */
export function uploadFile(blobs: string, folder: UploadFolder, file: UploadFile): string {
  const { token, sha256 } = file;
  if (!isSha256(sha256)) throw fault('target.hashes', 'sha256', 'not a SHA-256 in lower-case hex');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(token)) {
    throw fault('home.token', 'name', 'it cannot name a folder');
  }
  return path.join(blobs, folder, token, sha256);
}

/** @throws `target.hashes` */
export function leavingFile(blobs: string, sha256: string): string {
  return path.join(blobs, 'leaving', path.basename(blobFile(blobs, sha256)));
}

export async function listLeaving(blobs: string): Promise<readonly string[]> {
  return (await namesIn(path.join(blobs, 'leaving'))).filter(isSha256);
}

/** The files of one token, or of all. */
export async function listUploads(
  blobs: string,
  folder: UploadFolder,
  token?: string,
): Promise<readonly UploadFile[]> {
  const tokens = token === undefined ? await listTokens(blobs, folder) : [token];
  const found = tokens.map(async (each) => {
    const names = await namesIn(path.join(blobs, folder, each));
    return names.filter(isSha256).map((sha256) => ({ token: each, sha256 }));
  });
  return (await Promise.all(found)).flat();
}

/** The tokens that have, or have had, files there. */
export function listTokens(blobs: string, folder: UploadFolder): Promise<readonly string[]> {
  return namesIn(path.join(blobs, folder));
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Undefined where there is no such file. */
export async function statOf(
  file: string,
): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Makes the folder of a file with its parents, each durable. */
export async function makeFolderOf(file: string): Promise<void> {
  for (const made of await makeFolder(path.dirname(file))) await syncFolder(path.dirname(made));
}
