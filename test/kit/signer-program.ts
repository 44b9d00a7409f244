import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const top = path.resolve(import.meta.dirname, '../..');
let program: string | undefined;

/**
 * The signer's program, bundled as scripts/build.mjs bundles it, once in a run; it goes when the run
 * ends.
 */
export function signerProgram(): string {
  program ??= build();
  return program;
}

function build(): string {
  const outfile = path.join(top, `node_modules/.cache/tuf-on-git/test-signer-${process.pid}.cjs`);
  buildSync({
    absWorkingDir: top,
    entryPoints: ['daemon/signer/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['pkcs11js'],
    logLevel: 'warning',
  });
  process.once('exit', () => {
    rmSync(outfile, { force: true });
  });
  return outfile;
}
