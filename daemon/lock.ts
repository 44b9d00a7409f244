/**
 * One daemon for one HOME.
 *
 * The lock is a file that names its holder by process number and start time, so what a killed
 * daemon leaves behind is seen for what it is. It appears whole (a link to a finished file, which
 * fails when the name exists) and is never changed.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseJsonText } from '../core/home/json-file.ts';
import { fault, TufOnGitError } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { processIdentity } from './process-identity.ts';

export interface Lock {
  release(): void;
}

const holderSchema = z.strictObject({ pid: z.number().int().positive(), started: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Takes the lock of a HOME.
 * @param folder HOME/state
 * @throws `home.locked` when another daemon runs there, `home.not-writable`
 */
export function takeLock(folder: string): Lock {
  const file = path.join(folder, 'daemon.lock');
  const own = writeCandidate(folder);
  try {
    if (!place(own, file)) {
      clearStale(file);
      if (!place(own, file)) throw locked(file, holderOf(file));
    }
  } finally {
    rmSync(own, { force: true });
  }
  return {
    release: () => {
      giveBack(file);
    },
  };
}

/** Where it may not be taken away any more it stays: a holder that has ended is none. */
function giveBack(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
  }
}

function writeCandidate(folder: string): string {
  const candidate = path.join(folder, `daemon.lock.${randomBytes(6).toString('hex')}`);
  const started = processIdentity(process.pid) ?? '';
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(candidate, JSON.stringify({ pid: process.pid, started }), { flag: 'wx' });
  } catch (cause) {
    throw fault('home.not-writable', folder, 'the lock cannot be written', { cause });
  }
  return candidate;
}

function place(candidate: string, file: string): boolean {
  try {
    linkSync(candidate, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    const message = 'the lock cannot be placed; HOME must be where hard links are';
    throw fault('home.not-writable', file, message, { cause: error });
  }
}

/** Moves a dead holder's lock away; puts it back should it turn out to be someone else's by then. */
function clearStale(file: string): void {
  const holder = holderOf(file);
  if (holder !== undefined && isAlive(holder)) throw locked(file, holder);
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = holderOf(aside);
  if (moved !== undefined && isAlive(moved)) {
    place(aside, file);
    rmSync(aside, { force: true });
    throw locked(file, moved);
  }
  rmSync(aside, { force: true });
}

function isAlive(holder: Holder): boolean {
  return processIdentity(holder.pid) === holder.started;
}

function holderOf(file: string): Holder | undefined {
  try {
    return parseJsonText(readFileSync(file, 'utf8'), holderSchema, file);
  } catch (error) {
    // What cannot be read names nobody: a lock is written whole, so this one is not ours.
    if (hasCode(error, 'ENOENT') || error instanceof TufOnGitError) return undefined;
    throw error;
  }
}

function locked(file: string, holder: Holder | undefined): TufOnGitError {
  const who = holder === undefined ? '' : ` (process ${holder.pid})`;
  return fault('home.locked', file, `a daemon already serves this HOME${who}`, {
    hint: 'stop that one first',
  });
}
