import { TufOnGitError } from '../core/error/error.ts';
import { inTurns } from './in-turns.ts';
import { TargetFolders } from './target-folders.ts';
import type { TargetInfo } from './target-info.ts';
import type { ObtainedTarget, Updater } from './updater.ts';

export interface WantedFile {
  readonly info: TargetInfo;
  /** Where to; without it, in `targetsDir` as `downloadTarget` has it. No two go to the same file. */
  readonly file?: string;
}

export interface DownloadAllOptions {
  /** How many downloads are under way at once, 8 without it. */
  readonly jobs?: number;
  /** As bytes of a target arrive: counts in bytes. */
  readonly onProgress?: (info: TargetInfo, received: number, total: number) => void;
  /** As a target is there, verified and under its name, or has failed for good. */
  readonly onDone?: (outcome: DownloadOutcome) => void;
}

/** What became of one target: `present`, when it was there already and nothing was asked for. */
export type DownloadOutcome =
  | (ObtainedTarget & { readonly info: TargetInfo })
  | {
      readonly info: TargetInfo;
      readonly status: 'failed';
      readonly error: TufOnGitError;
    };

export const defaultJobs = 8;

/**
 * Downloads several targets, as `Updater.downloadTarget` does each, some at once. One that fails
 * keeps none of the others. When it returns, the names of all that succeeded are durable.
 * @returns the outcomes in the order of what is wanted
 * @throws `client.storage` when a folder cannot be synced; defects
 */
export async function downloadAll(
  updater: Updater,
  wanted: readonly WantedFile[],
  options: DownloadAllOptions = {},
): Promise<readonly DownloadOutcome[]> {
  const folders = new TargetFolders();
  const outcomes = await inTurns(wanted, options.jobs ?? defaultJobs, async (one) => {
    const outcome = await download(updater, one, folders, options);
    options.onDone?.(outcome);
    return outcome;
  });
  await folders.sync();
  return outcomes;
}

async function download(
  updater: Updater,
  { info, file }: WantedFile,
  folders: TargetFolders,
  { onProgress }: DownloadAllOptions,
): Promise<DownloadOutcome> {
  try {
    const obtained = await updater.obtainTarget(info, file, {
      folders,
      onProgress: (received, total) => onProgress?.(info, received, total),
    });
    return { info, ...obtained };
  } catch (error) {
    if (error instanceof TufOnGitError) return { info, status: 'failed', error };
    throw error;
  }
}
