import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { StatusError, type Fetched, type Fetcher } from '../../client/fetcher.ts';
import { fault } from '../../core/error/error.ts';
import { hasCode, systemCode } from '../../core/error/system-error.ts';

/**
 * Gives the files of a folder as a server of that folder would: by paths below it, percent-encoded as in
 * URLs. What is not there is answered as by a server, 404.
 * @param folder absolute; it is what the URLs begin with
 */
export function folderFetcher(folder: string): Fetcher {
  return {
    fetch: async (url, { maxLength }): Promise<Fetched> => {
      const file = path.join(folder, ...url.slice(folder.length).split('/').map(nameOf));
      const size = await sizeOf(file, url);
      if (size <= maxLength) return { offset: 0, body: contentOf(file) };
      throw fault('download.too-long', file, `the file is longer than ${maxLength} bytes`);
    },
  };
}

/** Undone once, as servers do, where that is a name. */
function nameOf(segment: string): string {
  const name = decodeURIComponent(segment);
  return /[/\\\0]/.test(name) || name === '.' || name === '..' ? segment : name;
}

async function sizeOf(file: string, url: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT', 'ENOTDIR')) throw unreadable(file, cause);
  }
  throw new StatusError(url, 404);
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown) {
  return fault('client.storage', file, `it cannot be read (${systemCode(cause)})`, { cause });
}
