/**
 * Public files that the operator takes down at once, although their time is not over: written by
 * `target withdraw`, one name in a line, read by the daemon at its next look.
 */
import { appendFile, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../core/error/system-error.ts';
import { isSafeTargetPath } from '../../core/metadata/names.ts';
import { notWritable } from '../../core/files/durable-file.ts';
import { storedFile } from './manifest.ts';

/** @param folder HOME/state. @throws `home.not-writable` */
export async function askForWithdrawal(folder: string, names: readonly string[]): Promise<void> {
  const file = path.join(folder, asked);
  try {
    await appendFile(file, names.map((name) => `${JSON.stringify(name)}\n`).join(''));
  } catch (cause) {
    throw notWritable(file, cause);
  }
}

/** Has what was asked for done; what a crash leaves undone is done the next time. */
export async function takeWithdrawals(
  folder: string,
  take: (names: readonly string[]) => Promise<void>,
): Promise<void> {
  const [file, taken] = [path.join(folder, asked), path.join(folder, underWay)];
  const left = await readIfThere(taken);
  const text = left ?? ((await moved(file, taken)) ? await readIfThere(taken) : undefined);
  if (text === undefined) return;
  await take(text.split('\n').flatMap(nameIn));
  await rm(taken, { force: true });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** False where there is nothing to move. */
async function moved(file: string, to: string): Promise<boolean> {
  try {
    await rename(file, to);
    return true;
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return false;
    throw notWritable(file, cause);
  }
}

const asked = 'withdrawn.log';
const underWay = 'withdrawn.taken.log';

function nameIn(line: string): readonly string[] {
  try {
    const name: unknown = JSON.parse(line);
    return typeof name === 'string' && isPublicName(name) ? [name] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** It becomes the path of a file that is deleted. */
function isPublicName(name: string): boolean {
  return isSafeTargetPath(name) && storedFile(name, 0) !== undefined;
}
