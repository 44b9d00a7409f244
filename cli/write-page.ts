/** The web page as files that stand alone: whoever has them asks no server for the code that judges it. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { isEmptyFolder } from './empty-folder.ts';
import { pageFolder } from './programs.ts';

/** Each file as it is built, and as it is called in the copy. */
const files = [
  ['page.js', 'page.js'],
  ['page.css', 'page.css'],
  ['stand-alone.html', 'index.html'],
] as const;

/**
 * @param folder which is not there yet, or empty
 * @returns the file to open
 * @throws `usage.argument` when the folder is in use, or none can be made
 */
export async function writePage(folder: string): Promise<string> {
  await isEmptyFolder(folder);
  try {
    await mkdir(folder, { recursive: true });
    for (const [built, name] of files) {
      await copyFile(path.join(pageFolder(), built), path.join(folder, name));
    }
  } catch (cause) {
    throw fault('usage.argument', folder, 'the page cannot be written here', { cause });
  }
  return path.join(folder, 'index.html');
}
