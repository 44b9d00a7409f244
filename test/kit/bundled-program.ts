import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const top = path.resolve(import.meta.dirname, '../..');
const built = new Map<string, string>();

/**
 * A program of the tests in one file, so that a process of it starts as quickly as a real one; made
 * once in a run, and gone when the run ends.
 * @param entry relative to the top folder
 */
export function bundledProgram(entry: string): string {
  const known = built.get(entry);
  if (known !== undefined) return known;
  const name = `test-${path.basename(entry, '.ts')}-${process.pid}.cjs`;
  const outfile = path.join(top, 'node_modules/.cache/tuf-on-git', name);
  buildSync({
    absWorkingDir: top,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['pkcs11js'],
    // As in scripts/build.mjs: its CommonJS form hides its requires from bundlers.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    logLevel: 'warning',
  });
  process.once('exit', () => {
    rmSync(outfile, { force: true });
  });
  built.set(entry, outfile);
  return outfile;
}
