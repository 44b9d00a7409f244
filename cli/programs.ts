import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export type ProgramName = 'daemon' | 'pre-receive' | 'signer' | 'tuf-on-git';

const here = fileURLToPath(import.meta.url);
/** Bundled, this file is dist/bin/tuf-on-git.cjs; from source, cli/programs.ts. */
const isBundled = here.endsWith('.cjs');
const top = path.resolve(path.dirname(here), isBundled ? '../..' : '..');

/** The bundle of one of our programs, absolute: run it with `process.execPath`. */
export function programPath(name: ProgramName): string {
  return path.join(top, 'dist', 'bin', `${name}.cjs`);
}

/** The web page, built: dist/page. */
export function pageFolder(): string {
  return path.join(top, 'dist', 'page');
}

/** What a shell reads to complete our commands, by the name of the shell. */
export function completionScript(shell: string): string {
  return path.join(top, 'dist', 'completion', `tuf-on-git.${shell}`);
}

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(path.join(top, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
