import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What goes into the build: changing any of it makes dist/ stale. */
const sources = [
  'core',
  'hooks',
  'daemon',
  'client',
  'cli',
  'scripts/build.mjs',
  'docs/attack-table.json',
  'example-repo/attacks/table.ts',
  'scripts/attack-table.mjs',
  'scripts/build-page.mjs',
  'scripts/page-bundling.mjs',
  'scripts/code-cache.mjs',
  'scripts/rehearsal',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.library.json',
];

/** The file in dist/ that says what it was built from. */
export const recordFile = 'built-from';

/**
 * Whether dist/ was built from the sources as they are now.
 * @param {string} top
 */
export function buildIsCurrent(top) {
  const record = path.join(top, 'dist', recordFile);
  return existsSync(record) && readFileSync(record, 'utf8') === sourceHash(top);
}

/**
 * SHA-256 over names and bytes of all sources. Not their times: git sets those anew on checkout.
 * @param {string} top
 */
export function sourceHash(top) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesIn(top, source))) {
    const bytes = readFileSync(path.join(top, file));
    hash.update(`${file}\0${String(bytes.length)}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * @param {string} top
 * @param {string} place a file or a folder; one that is missing holds nothing
 * @returns {string[]}
 */
function filesIn(top, place) {
  const full = path.join(top, place);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [place];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesIn(top, path.join(place, name)));
}
