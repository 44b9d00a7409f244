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
import { createHash } from 'node:crypto';
import path from 'node:path';
import { idleTime, newOwner, ownerPattern } from './file-owner.ts';
import type { TargetInfo } from './target-info.ts';

export interface PartNames {
  /** Absolute or as the target's file is, like `own`. */
  readonly free: string;
  /** New at each call. */
  readonly own: string;
}

export function partNames(file: string, info: TargetInfo): PartNames {
  const stem = path.join(path.dirname(file), stemOf(file, info));
  return { free: `${stem}.part`, own: `${stem}.${newOwner()}.part` };
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
      const rest = partPattern.exec(name.slice(stem.length));
      if (rest === null) return [];
      const [, host, pid] = rest;
      const idleMs = host === undefined ? 0 : idleTime(host, Number(pid));
      return idleMs === Infinity ? [] : [{ name, idleMs }];
    });
}

const partPattern = new RegExp(`^\\.(?:${ownerPattern}\\.)?part$`);

export interface FreePart {
  readonly name: string;
  /** Free only when nothing was written to it for so long. */
  readonly idleMs: number;
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

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
