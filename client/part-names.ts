/**
 * Unfinished downloads lie beside the file that they are to become, under dot-names:
 *
 * - `.NAME.KEY.OWNER.part` is being written by the process that OWNER names.
 * - `.NAME.KEY.part` was left by a break: whoever comes next may have it.
 *
 * KEY is made of the target's length and hashes, so a part never goes on as other content. A part of
 * a process that was killed is free like one that a break left. To have a part is to rename it, which
 * of two processes only one can. Whoever gives the file its name removes what is free, of whatever
 * content: versions that nobody asks for again do not pile up.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { idleTime, newOwner, ownerPattern } from '../core/lock/file-owner.ts';
import type { TargetInfo } from './target-info.ts';

export interface PartNames {
  /** Absolute or as the target's file is, like `own`. */
  readonly free: string;
  /** New at each call. */
  readonly own: string;
}

export function partNames(file: string, info: TargetInfo): PartNames {
  const stem = path.join(path.dirname(file), nameStem(file) + keyOf(info));
  return { free: `${stem}.part`, own: `${stem}.${newOwner()}.part` };
}

/** Of the names in the target's folder, the file's parts that nobody writes any more. */
export function freeParts(
  names: readonly string[],
  file: string,
  info: TargetInfo,
): readonly FreePart[] {
  const [stem, key] = [nameStem(file), keyOf(info)];
  return names
    .filter((name) => name.startsWith(stem))
    .flatMap((name) => {
      const rest = partPattern.exec(name.slice(stem.length));
      if (rest === null) return [];
      const [, content, host, pid] = rest;
      const idleMs = host === undefined ? 0 : idleTime(host, Number(pid));
      return idleMs === Infinity ? [] : [{ name, idleMs, isSameContent: content === key }];
    });
}

const partPattern = new RegExp(`^([0-9a-f]{16})\\.(?:${ownerPattern}\\.)?part$`);

export interface FreePart {
  readonly name: string;
  /** Free only when nothing was written to it for so long. */
  readonly idleMs: number;
  /** Whether a download of this content can go on with it. */
  readonly isSameContent: boolean;
}

/** Room for the rest of the longest name, and for file systems that know 255 bytes. */
const shownBytes = 120;

function nameStem(file: string): string {
  return `.${cut(path.basename(file))}.`;
}

function keyOf({ length, hashes }: TargetInfo): string {
  return digest(JSON.stringify([length, Object.entries(hashes).toSorted()])).slice(0, 16);
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
