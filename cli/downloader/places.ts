/** Where targets go, decided before anything is downloaded. */
import path from 'node:path';
import { localName } from '../../client/file-names.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { fault } from '../../core/error/error.ts';

export interface PlacedTarget {
  readonly info: TargetInfo;
  /** Below the folder: names of folders, and last that of the file. */
  readonly parts: readonly string[];
}

/**
 * @param keepsPaths whether a target's path becomes folders, or only its last part counts
 * @throws `usage.argument` where two targets would be in each other's way
 */
export function placeTargets(
  targets: readonly TargetInfo[],
  keepsPaths: boolean,
  platform = process.platform,
): readonly PlacedTarget[] {
  const placed = targets.map((info) => {
    const parts = info.path.split('/').map((part) => localName(part, platform));
    return { info, parts: keepsPaths ? parts : parts.slice(-1) };
  });
  refuseClashes(placed, keepsPaths, platform);
  return placed;
}

function refuseClashes(
  placed: readonly PlacedTarget[],
  keepsPaths: boolean,
  platform: NodeJS.Platform,
): void {
  const files = new Map<string, TargetInfo>();
  for (const { info, parts } of placed) {
    const key = keyOf(parts, platform);
    const other = files.get(key);
    if (other !== undefined) throw clash(info, other, parts, keepsPaths);
    files.set(key, info);
  }
  for (const { info, parts } of placed) {
    for (let depth = 1; depth < parts.length; depth += 1) {
      const other = files.get(keyOf(parts.slice(0, depth), platform));
      if (other !== undefined) throw clash(info, other, parts.slice(0, depth), keepsPaths);
    }
  }
}

/** Where the file system knows no case, and takes two ways to write a letter for one. */
function keyOf(parts: readonly string[], platform: NodeJS.Platform): string {
  const key = parts.join('/');
  const isBlunt = platform === 'win32' || platform === 'darwin';
  return isBlunt ? key.normalize('NFC').toLowerCase() : key;
}

function clash(one: TargetInfo, other: TargetInfo, parts: readonly string[], keepsPaths: boolean) {
  const both = `${other.path} and ${one.path}`;
  return fault('usage.argument', path.join(...parts), `${both} would both be here`, {
    hint: keepsPaths
      ? 'get one of them into another folder, by --dir'
      : 'keep their folders by --paths, or get one of them into another folder, by --dir',
  });
}
