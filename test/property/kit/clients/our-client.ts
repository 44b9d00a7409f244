import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { StatusError, Updater, type Fetcher, type TargetInfo } from '../../../../client/index.ts';
import type { Files } from '../published-set.ts';
import type { ClientUnderTest } from './caching-follower.ts';
import { baseUrl, fileAt } from './follower.ts';

export const ourClient: ClientUnderTest = {
  name: 'our client',
  trust: (folder, pinned) => Updater.init(folder, pinned),
  pull: async ({ folder, files, targets }) => {
    const updater = new Updater({
      metadataDir: folder,
      metadataUrl: `${baseUrl}/metadata`,
      targetsUrl: `${baseUrl}/targets`,
      fetcher: fetcherOf(files),
    });
    await updater.refresh();
    const contents: Record<string, string | null> = {};
    for (const target of targets) {
      const info = await updater.getTargetInfo(target);
      contents[target] = info === undefined ? null : await sha256Of(updater, info, folder);
    }
    return contents;
  },
};

/** The file does not stay: what is there already is not downloaded again. */
async function sha256Of(updater: Updater, info: TargetInfo, folder: string): Promise<string> {
  const file = await updater.downloadTarget(info, path.join(folder, 'target'));
  const bytes = await readFile(file);
  await rm(file);
  return createHash('sha256').update(bytes).digest('hex');
}

function fetcherOf(files: Files): Fetcher {
  return {
    fetch: (url) => {
      const bytes = fileAt(files, url);
      if (bytes === undefined) return Promise.reject(new StatusError(url, 404));
      return Promise.resolve({ offset: 0, body: once(bytes) });
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body arrives asynchronously
async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
