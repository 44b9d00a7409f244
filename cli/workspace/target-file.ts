import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { fault } from '../../core/error/error.ts';
import type { FileDescription } from '../../core/metadata/draft.ts';

/** A file to be listed: what it is, and its bytes. */
export interface SourceFile extends FileDescription {
  readonly bytes: Buffer;
}

/** @throws `usage.argument` for anything but a plain file: a link could be another file tomorrow */
export async function readSourceFile(file: string): Promise<SourceFile> {
  const kind = await lstat(file).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'there is no such file', { cause });
  });
  if (!kind.isFile()) {
    const what = kind.isDirectory() ? 'a folder' : kind.isSymbolicLink() ? 'a link' : 'no file';
    throw fault('usage.argument', file, `this is ${what}, not a plain file`);
  }
  const bytes = await readFile(file);
  return { bytes, ...describeBytes(bytes) };
}

function describeBytes(bytes: Uint8Array): FileDescription {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
