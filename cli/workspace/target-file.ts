import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { fault } from '../../core/error/error.ts';
import type { FileDescription } from '../../core/metadata/draft.ts';

/** A file to be listed: what it is, and its bytes. */
export interface SourceFile extends FileDescription {
  readonly bytes: Buffer;
}

/** @throws `usage.argument` for anything but a plain file: a link could be another file tomorrow */
export async function readSourceFile(file: string): Promise<SourceFile> {
  await requirePlainFile(file);
  const bytes = await readFile(file);
  return { bytes, ...describeBytes(bytes) };
}

/** What a file is, read piece by piece: it may be large. @throws `usage.argument` as above */
export async function describeFile(file: string): Promise<FileDescription> {
  await requirePlainFile(file);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    length += (chunk as Buffer).length;
  }
  return { length, sha256: hash.digest('hex') };
}

async function requirePlainFile(file: string): Promise<void> {
  const kind = await lstat(file).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'there is no such file', { cause });
  });
  if (kind.isFile()) return;
  const what = kind.isDirectory() ? 'a folder' : kind.isSymbolicLink() ? 'a link' : 'no file';
  throw fault('usage.argument', file, `this is ${what}, not a plain file`);
}

function describeBytes(bytes: Uint8Array): FileDescription {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
