import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blobFile } from '../../core/blobs/blob-store.ts';
import { sha256Of } from './uploads.ts';

/** Puts a file into a blob store, as an upload leaves it; returns its SHA-256. */
export async function putBlob(folder: string, content: string | Uint8Array): Promise<string> {
  const sha256 = sha256Of(content);
  const file = blobFile(folder, sha256);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content, { mode: 0o444 });
  return sha256;
}
