import { lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import { storageFault } from './storage.ts';

/**
 * Makes folders below another one. No link on the way is followed: it might lead elsewhere. Its calls
 * are synchronous: each takes some 10 µs, and would cost ten times as much through the thread pool.
 */
export class FoldersBelow {
  readonly #top: string;
  /** Those that were made, or found to be folders, before. */
  readonly #known = new Set<string>();

  /** @param top is there already */
  constructor(top: string) {
    this.#top = top;
  }

  /**
   * @param parts names without `/`, neither `.` nor `..`
   * @returns the folders that are new, outermost first
   * @throws `client.storage`
   */
  make(parts: readonly string[]): readonly string[] {
    const made: string[] = [];
    let folder = this.#top;
    for (const part of parts) {
      folder = path.join(folder, part);
      if (this.#known.has(folder)) continue;
      if (makeUnlessThere(folder)) made.push(folder);
      this.#known.add(folder);
    }
    return made;
  }
}

function makeUnlessThere(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw storageFault(folder, error);
  }
  if (lstatSync(folder).isDirectory()) return false;
  throw fault('client.storage', folder, 'a folder is to be here, and something else is', {
    hint: 'links are not followed; move it away, or name another folder',
  });
}
