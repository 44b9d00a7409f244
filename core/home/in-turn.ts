import path from 'node:path';
import { fault } from '../error/error.ts';
import { notWritable } from '../files/durable-file.ts';
import { lockFolder, type FolderLock } from '../lock/folder-lock.ts';

const timeoutMs = 20_000;

/**
 * Does `work`, which reads a file of a HOME and writes it again, while no other process does the like
 * in that folder: what another one wrote in between would be lost. Readers need no turn.
 * @throws `home.locked`, `home.not-writable`, and whatever `work` throws
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockFolderOf(file);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function lockFolderOf(file: string): Promise<FolderLock> {
  try {
    return await lockFolder(path.dirname(file), { timeoutMs }, (holder = 'another process') =>
      fault('home.locked', file, `${holder} is changing it`, { hint: 'try again when it is done' }),
    );
  } catch (cause) {
    throw notWritable(file, cause);
  }
}
