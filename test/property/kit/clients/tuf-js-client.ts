import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Updater, type Fetcher } from 'tuf-js';
import type { Files } from '../published-set.ts';
import type { ClientUnderTest } from './caching-follower.ts';
import { baseUrl, fileAt } from './follower.ts';

export const tufJsClient: ClientUnderTest = {
  name: 'tuf-js',
  trust: (folder, pinned) => {
    writeFileSync(path.join(folder, 'root.json'), pinned);
    return Promise.resolve();
  },
  pull: async ({ folder, files, targets }) => {
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: `${baseUrl}/metadata`,
      targetBaseUrl: `${baseUrl}/targets`,
      fetcher: fetcherOf(files, folder),
    });
    await updater.refresh();
    const contents: Record<string, string | null> = {};
    for (const target of targets) {
      const info = await updater.getTargetInfo(target);
      const file = info && (await updater.downloadTarget(info, path.join(folder, 'target')));
      const bytes = file && readFileSync(file);
      contents[target] = bytes ? createHash('sha256').update(bytes).digest('hex') : null;
    }
    return contents;
  },
};

/** tuf-js tells "there is none" by an error class that it does not export. */
const { DownloadHTTPError } = createRequire(import.meta.url)('tuf-js/dist/error.js') as {
  readonly DownloadHTTPError: new (message: string, statusCode: number) => Error;
};

function fetcherOf(files: Files, folder: string): Fetcher {
  const bytesAt = (url: string, maxLength: number): Buffer => {
    const bytes = fileAt(files, url);
    if (bytes === undefined) throw new DownloadHTTPError(url, 404);
    if (bytes.length > maxLength) throw new RangeError(`${url} is longer than ${maxLength} bytes`);
    return Buffer.from(bytes);
  };
  return {
    downloadBytes: (url, maxLength) => Promise.resolve().then(() => bytesAt(url, maxLength)),
    downloadFile: async (url, maxLength, handler) => {
      const file = path.join(folder, 'download');
      writeFileSync(file, bytesAt(url, maxLength));
      return handler(file);
    },
  };
}
