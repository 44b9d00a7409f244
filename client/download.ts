import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import type { Code } from '../core/error/codes.ts';
import { ContentDigest } from '../core/metadata/content.ts';
import { storageFault } from './storage.ts';
import { TargetFolders } from './target-folders.ts';
import type { TargetInfo } from './target-info.ts';
import { openPart, type TargetPart } from './target-part.ts';
import { TargetTransfer, type OnProgress, type Source } from './target-transfer.ts';
import { TargetWriter } from './target-writer.ts';

export interface DownloadSettings {
  readonly onProgress?: OnProgress | undefined;
  /** Shared by downloads that are reported together: whoever gives it calls its `sync`. */
  readonly folders?: TargetFolders | undefined;
}

/**
 * Downloads a target: TUF 1.0.34 §5.7.3. Streamed, stopped at its length, resumed where the
 * connection broke, in this run or an earlier one, and given its name only when its length and every
 * known hash are right.
 * @throws `target.hash`, `download.*`, `client.storage`; what a break left is kept under a dot-name
 */
export async function downloadTo(
  file: string,
  info: TargetInfo,
  source: Source,
  { onProgress, folders }: DownloadSettings = {},
): Promise<void> {
  const batch = folders ?? new TargetFolders();
  try {
    const part = await openPart(file, info, batch);
    await fillPart(part, info, source, onProgress);
    if (folders === undefined) await batch.sync();
  } catch (error) {
    throw storageFault(file, error);
  }
}

/**
 * True when `file` is there with the target's length and hashes. A symbolic link is not: a download
 * puts a file in its place and never writes where it leads.
 * @throws `client.storage`, also where no file could come to lie
 */
export async function isTarget(file: string, info: TargetInfo): Promise<boolean> {
  const digest = new ContentDigest(info.hashes, info.path);
  try {
    if ((await sizeOf(file)) !== info.length) return false;
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const content = handle.createReadStream({ highWaterMark: 1 << 20 });
    for await (const chunk of content) digest.update(chunk as Uint8Array);
  } catch (error) {
    throw storageFault(file, error);
  }
  return digest.matches();
}

async function fillPart(
  part: TargetPart,
  info: TargetInfo,
  source: Source,
  onProgress: OnProgress | undefined,
): Promise<void> {
  const writer = new TargetWriter(part.handle, info);
  try {
    await writer.takeIn(part.found);
    await new TargetTransfer(writer, info, onProgress).run(source);
    await part.place();
  } catch (error) {
    throw await leave(part, writer, error);
  }
}

/** Less is sooner fetched again than explained. */
const worthKeepingBytes = 65_536;
const worthless: readonly Code[] = ['target.hash', 'download.too-long', 'download.too-short'];

/** Keeps what is good for the next download. Returns why this one failed, with what became of it. */
async function leave(part: TargetPart, writer: TargetWriter, error: unknown): Promise<unknown> {
  const isWorthless = error instanceof TufOnGitError && worthless.includes(error.code);
  const isKept = !isWorthless && writer.length >= worthKeepingBytes;
  // A disk that is full, a folder that is gone: the first fault tells more than what follows it.
  await writer.flush().catch(passSystemFault);
  const left = (isKept ? part.keep() : part.remove()).then(() => isKept);
  return (await left.catch(passSystemFault)) === true ? withHint(part.file, error) : error;
}

function passSystemFault(error: unknown): void {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
}

function withHint(file: string, error: unknown): unknown {
  const known = storageFault(file, error);
  if (!(known instanceof TufOnGitError)) return known;
  const kept = 'what has come is kept beside it, and the next download goes on from there';
  return Object.assign(known, { hint: known.hint === undefined ? kept : `${known.hint}; ${kept}` });
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await lstat(file);
    if (found.isDirectory()) {
      throw fault('client.storage', file, 'a folder stands where the file is to be', {
        hint: 'move it away, or give the file another name',
      });
    }
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
