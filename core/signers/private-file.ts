import * as fs from 'node:fs';
import path from 'node:path';
import type { Code } from '../error/codes.ts';
import { fault } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';

/** How an error about a secret file is filed: `signer.key-file` or `signer.pin-source`. */
export interface PrivateFileCodes {
  readonly missing: Code;
  readonly unfit: Code;
}

/**
 * The bytes of a file that holds a secret.
 * @throws `codes.missing`; `codes.unfit` when it is no regular file, larger than `maxBytes`, or
 *   open to its group or to others. All is asked of the open file, not of its name.
 */
export function readPrivateFile(file: string, maxBytes: number, codes: PrivateFileCodes): Buffer {
  const fd = openFile(file, codes);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) throw fault(codes.unfit, file, 'this is not a file');
    if (stat.size > maxBytes) throw fault(codes.unfit, file, 'the file is too large');
    if (isOpenToOthers(stat.mode)) {
      throw fault(codes.unfit, file, 'the file is open to its group or to others', {
        hint: `chmod 600 ${file}`,
      });
    }
    return fs.readFileSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Writes a new file that only its owner can read, and makes the folder (0700) where there is none.
 * It is on disk, name included, when this returns.
 * @throws `signer.key-exists`, `signer.key-file`
 */
export function createPrivateFile(file: string, text: string): void {
  createFile(file, text, 0o600);
}

/** As `createPrivateFile`, for a file that everybody may read. */
export function createPublicFile(file: string, text: string): void {
  createFile(file, text, 0o644);
}

function createFile(file: string, text: string, mode: number): void {
  const folder = path.dirname(file);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeNew(file, text, mode);
    syncFolder(folder);
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) {
      throw fault('signer.key-exists', file, 'there is a file already, which is kept', { cause });
    }
    throw fault('signer.key-file', file, 'the file cannot be written', { cause });
  }
}

function writeNew(file: string, text: string, mode: number): void {
  const fd = fs.openSync(file, 'wx', mode);
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } catch (cause) {
    fs.rmSync(file, { force: true });
    throw cause;
  } finally {
    fs.closeSync(fd);
  }
}

/** Windows opens no folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** O_NONBLOCK, so that a named pipe in the place of a file cannot hold us up. */
function openFile(file: string, codes: PrivateFileCodes): number {
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch (cause) {
    const isAbsent = hasCode(cause, 'ENOENT', 'ENOTDIR');
    throw isAbsent
      ? fault(codes.missing, file, 'there is no such file', { cause })
      : fault(codes.unfit, file, 'the file cannot be read', { cause });
  }
}

/** Windows keeps no such bits: every file looks open there. */
function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}
