/**
 * Unfinished downloads lie beside the file that they are to become, under dot-names:
 *
 * - `.NAME.KEY.OWNER.part` is being written by the process that OWNER names.
 * - `.NAME.KEY.part` was left by a break: whoever comes next may have it.
 *
 * KEY is made of the target's length and hashes, so a part never goes on as other content. A part of
 * a process that was killed is free like one that a break left. To have a part is to rename it, which
 * of two processes only one can.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { hasCode } from '../core/error/system-error.ts';
import type { TargetInfo } from './target-info.ts';

export interface PartNames {
  /** Absolute or as the target's file is, like `own`. */
  readonly free: string;
  /** New at each call. */
  readonly own: string;
}

export function partNames(file: string, info: TargetInfo): PartNames {
  const stem = path.join(path.dirname(file), stemOf(file, info));
  const owner = `${thisHost()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  return { free: `${stem}.part`, own: `${stem}.${owner}.part` };
}

/** Of the names in the target's folder, those of its parts that nobody writes any more. */
export function freeParts(
  names: readonly string[],
  file: string,
  info: TargetInfo,
): readonly FreePart[] {
  const stem = stemOf(file, info);
  return names
    .filter((name) => name.startsWith(stem))
    .flatMap((name) => {
      const owner = /^\.(?:([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.)?part$/.exec(
        name.slice(stem.length),
      );
      if (owner === null) return [];
      const idleMs = idleTime(owner[1], Number(owner[2]));
      return idleMs === Infinity ? [] : [{ name, idleMs }];
    });
}

export interface FreePart {
  readonly name: string;
  /** Free only when nothing was written to it for so long. */
  readonly idleMs: number;
}

/** Of another machine's process nothing is known but when it last wrote. */
const foreignIdleMs = 86_400_000;

function idleTime(host: string | undefined, pid: number): number {
  if (host === undefined) return 0;
  if (host !== thisHost()) return foreignIdleMs;
  return isRunning(pid) ? Infinity : 0;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Room for the rest of the longest name, and for file systems that know 255 bytes. */
const shownBytes = 120;

function stemOf(file: string, { length, hashes }: TargetInfo): string {
  const key = JSON.stringify([length, Object.entries(hashes).toSorted()]);
  return `.${cut(path.basename(file))}.${digest(key).slice(0, 16)}`;
}

/** The beginning of a name, in whole characters. */
function cut(name: string): string {
  let shown = '';
  for (const character of name) {
    if (Buffer.byteLength(shown + character) > shownBytes) break;
    shown += character;
  }
  return shown;
}

function thisHost(): string {
  return digest(hostname()).slice(0, 8);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
