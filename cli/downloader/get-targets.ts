/** From what is wanted to files: look-ups, then places, then downloads. One that fails leaves the others. */
import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { downloadAll, type DownloadOutcome, type WantedFile } from '../../client/download-all.ts';
import { FoldersBelow } from '../../client/folder-below.ts';
import { storageFault } from '../../client/storage.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Updater } from '../../client/updater.ts';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import type { DownloadProgress } from '../terminal/download-progress.ts';
import { isFailure, lookUp, tried, type Failure } from './look-up.ts';
import { placeTargets } from './places.ts';

export interface GetRequest {
  readonly wanted: readonly string[];
  /** Every artifact of a version that has several. */
  readonly all: boolean;
  readonly jobs: number;
  /** Absolute: the file of the only target, or the folder of all. */
  readonly place: { readonly file: string } | { readonly folder: string; readonly paths: boolean };
  readonly progress: (targets: readonly TargetInfo[]) => DownloadProgress;
}

export interface GetAnswer {
  readonly arrived: readonly Exclude<DownloadOutcome, { readonly status: 'failed' }>[];
  /** In the order in which things were asked for: look-ups, then downloads. */
  readonly failures: readonly Failure[];
}

/**
 * @throws what `Updater.refresh` throws; `usage.argument` for targets that cannot lie together, or a
 *   folder that cannot be made; `client.storage`; everything else that fails is part of the answer
 */
export async function getTargets(updater: Updater, request: GetRequest): Promise<GetAnswer> {
  await updater.refresh();
  const { targets, failures } = await lookUp(updater, request);
  const { files, unplaced, made } = await prepare(targets, request.place);
  const progress = request.progress(files.map(({ info }) => info));
  const outcomes = await downloadAll(updater, files, {
    jobs: request.jobs,
    onProgress: ({ path: target }, received) => {
      progress.received(target, received);
    },
    onDone: ({ info }) => {
      progress.done(info.path);
    },
  });
  const failed = outcomes.filter((outcome) => outcome.status === 'failed');
  if (failed.length + unplaced.length > 0) await removeEmpty(made);
  return {
    arrived: outcomes.filter((outcome) => outcome.status !== 'failed'),
    failures: [
      ...failures,
      ...unplaced,
      ...failed.map(({ info, error }) => ({ wanted: info.path, error })),
    ],
  };
}

interface Prepared {
  readonly files: readonly WantedFile[];
  readonly unplaced: readonly Failure[];
  /** The folders that are new, outer ones before inner ones. */
  readonly made: readonly string[];
}

async function prepare(
  targets: readonly TargetInfo[],
  place: GetRequest['place'],
): Promise<Prepared> {
  if ('file' in place) return { files: onlyFile(targets, place.file), unplaced: [], made: [] };
  const placed = placeTargets(targets, place.paths);
  if (placed.length === 0) return { files: [], unplaced: [], made: [] };
  const made = [...(await makeFolder(place.folder))];
  const below = new FoldersBelow(place.folder);
  const files: WantedFile[] = [];
  const unplaced: Failure[] = [];
  for (const one of placed) {
    const folders = await tried(one.info.path, () => below.make(one.parts.slice(0, -1)));
    if (isFailure(folders)) unplaced.push(folders);
    else {
      made.push(...folders);
      files.push({ info: one.info, file: path.join(place.folder, ...one.parts) });
    }
  }
  return { files, unplaced, made };
}

function onlyFile(targets: readonly TargetInfo[], file: string): readonly WantedFile[] {
  if (targets.length < 2) return targets.map((info) => ({ info, file }));
  throw fault('usage.argument', '--output', `it is one file, and ${targets.length} are wanted`, {
    hint: 'name a folder, by --dir',
  });
}

async function makeFolder(folder: string): Promise<readonly string[]> {
  try {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return [];
    const below = path.relative(first, folder).split(path.sep).filter(Boolean);
    return [first, ...below.map((_, at) => path.join(first, ...below.slice(0, at + 1)))];
  } catch (cause) {
    if (hasCode(cause, 'ENOSPC', 'EDQUOT', 'EIO')) throw storageFault(folder, cause);
    const hint = 'name a folder that is there, or can be made';
    throw fault('usage.argument', folder, 'no folder can be made here', { hint, cause });
  }
}

/** A folder that was made for files that did not come. */
async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
    }
  }
}
