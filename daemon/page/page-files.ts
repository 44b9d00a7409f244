import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the web page, in memory. */
export interface PageFile {
  readonly type: string;
  readonly plain: Encoded;
  readonly gzip: Encoded;
}

export interface Encoded {
  readonly bytes: Buffer;
  /** A strong one, quotes included: each form has its own (RFC 9110 §8.8.3.3). */
  readonly etag: string;
}

/** By the path that it is served at. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const places = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
] as const;

/**
 * Reads what there is of the page, once: no request reaches the disk. Compressed here, which takes
 * milliseconds: a library would do it again for each answer.
 * @param folder dist/page, as it is built; where the programs were copied alone there is none
 */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  if (!existsSync(folder)) return new Map();
  const files = places.map(async ([place, name, type]) => {
    const bytes = await readFile(path.join(folder, name));
    const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
    const plain = { bytes, etag: `"${digest}"` };
    const gzip = { bytes: gzipSync(bytes, { level: 9 }), etag: `"${digest}-gz"` };
    return [place, { type, plain, gzip }] as const;
  });
  return new Map(await Promise.all(files));
}
