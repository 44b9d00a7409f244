/**
 * One at a time in a folder, across processes.
 *
 * The lock is the folder `.lock` in it, and who holds it is the one file therein: its name is unlike
 * any other holder's. It comes by renaming a prepared folder, which fails where a `.lock` stands that
 * is not empty; so who renamed holds it alone until its file is gone. A file is taken out by its
 * holder, or by anyone once the holder has ended: by name, so that nobody's is taken out by mistake,
 * however long ago it was looked at.
 */
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TufOnGitError } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';
import { newOwner } from './file-owner.ts';
import { holderName, mayHold, newHolder } from './lock-holder.ts';

export interface FolderLock {
  /** @throws what the lock is refused for when it was taken for ended, as one of another machine may be */
  readonly requireHeld: () => void;
  readonly release: () => void;
}

export interface LockWait {
  readonly timeoutMs: number;
  /** Called once, when somebody else has the lock. */
  readonly onWait?: () => void;
}

/** What a lock is refused for. @param holder who has it, in words; undefined when that is not known */
export type Locked = (holder: string | undefined) => TufOnGitError;

/**
 * Waits for the lock of a folder.
 * @throws what `locked` makes when it takes too long; errors of the file system
 */
export async function lockFolder(
  folder: string,
  { timeoutMs, onWait = () => undefined }: LockWait,
  locked: Locked,
): Promise<FolderLock> {
  const lock = path.join(folder, '.lock');
  const own = newHolder();
  const end = performance.now() + timeoutMs;
  for (let waits = 0; !isTaken(folder, lock, own); waits += 1) {
    const holder = holderOf(lock);
    if (waits > 0 && performance.now() > end) throw locked(inWords(holder));
    if (waits === 1) onWait(); // what had been left is out of the way by now
    await sleep(Math.min(25, 1 + waits) * (0.5 + Math.random()));
  }
  return {
    requireHeld: () => {
      if (ageOf(lock, own) === undefined) throw locked(inWords(holderOf(lock)));
    },
    release: () => {
      takeOut(lock, own);
    },
  };
}

function isTaken(folder: string, lock: string, own: string): boolean {
  const prepared = path.join(folder, `.${newOwner()}.tmp`);
  mkdirSync(prepared);
  try {
    writeFileSync(path.join(prepared, own), '');
    renameSync(prepared, lock);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (hasCode(error, ...occupied)) return false;
    throw error;
  }
}

/** The last is what Windows says. */
const occupied = ['ENOTEMPTY', 'EEXIST', 'EPERM'];

/** Who may hold the lock; whoever cannot any more is taken out. */
function holderOf(lock: string): string | undefined {
  const holders = namesIn(lock);
  for (const holder of holders) {
    const ageMs = ageOf(lock, holder);
    if (ageMs !== undefined && mayHold(holder, ageMs)) return holder;
    takeOut(lock, holder);
  }
  if (holders.length === 0) removeEmpty(lock);
  return undefined;
}

function namesIn(lock: string): readonly string[] {
  try {
    return readdirSync(lock);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** In milliseconds; undefined when it is not there. */
function ageOf(lock: string, holder: string): number | undefined {
  const stats = statSync(path.join(lock, holder), { throwIfNoEntry: false });
  return stats && Date.now() - stats.mtimeMs;
}

function takeOut(lock: string, holder: string): void {
  rmSync(path.join(lock, holder), { force: true });
  removeEmpty(lock);
}

function removeEmpty(lock: string): void {
  try {
    rmdirSync(lock);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', ...occupied)) throw error; // gone, or somebody's by now
  }
}

const inWords = (holder: string | undefined) =>
  holder === undefined ? undefined : holderName(holder);
