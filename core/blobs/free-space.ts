import { statfs } from 'node:fs/promises';
import { fault } from '../error/error.ts';

/** @throws `blob.disk-full` when less than `least` bytes were left after so many more */
export async function requireFreeSpace(folder: string, more: number, least: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - more >= least) return;
  throw fault('blob.disk-full', 'the blob store', 'the disk has no room for it', {
    hint: 'try again later, or ask the operator',
  });
}
