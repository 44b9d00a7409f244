import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Digests of what clients can read, by path. Snapshots and timestamps are left out: how many there are
 * is for the daemon to say, which may publish two changes at once.
 */
export async function publishedFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests = files
    .filter((file) => file.isFile() && !/snapshot|timestamp/.test(file.name))
    .map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      return [path.relative(folder, file), digest] as const;
    });
  return new Map((await Promise.all(digests)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
