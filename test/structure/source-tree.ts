import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const top = path.resolve(import.meta.dirname, '../..');

const notSources = new Set(['node_modules', 'dist', '.git', '.venv', '__pycache__']);

/**
 * Files below a folder, relative to the top folder, with forward slashes.
 * @param folder relative to the top folder; empty: all of it
 */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(path.join(top, folder), { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name))
    .flatMap((entry) => {
      const place = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? filesIn(place) : [place];
    });
}

/** The text of a file, named relative to the top folder. */
export function textOf(file: string): string {
  return readFileSync(path.join(top, file), 'utf8');
}

/** Whether there is such a file or folder, named relative to the top folder. */
export function exists(file: string): boolean {
  return existsSync(path.join(top, file));
}
