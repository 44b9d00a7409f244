import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { compileAll } from './code-cache.mjs';
import { compileRehearsed, downloads } from './rehearsal/rehearse.mjs';
import { buildIsCurrent, recordFile, sourceHash } from './setup/build-state.mjs';

const top = path.resolve(import.meta.dirname, '..');
const target = path.join(top, 'dist');

/** One CommonJS file for each program: the quickest cold start on Node 20 (docs/decisions). */
const programs = {
  'tuf-on-git': 'cli/start.ts',
  'tuf-on-git-conformance': 'cli/conformance.ts',
  'pre-receive': 'hooks/start.ts',
  daemon: 'daemon/main.ts',
  signer: 'daemon/signer/main.ts',
};

/** What `tuf-on-git` and `pre-receive` start from compiled code. */
const compiled = {
  commands: 'cli/main.ts',
  downloader: 'cli/main-downloader.ts',
  gate: 'hooks/pre-receive.ts',
};

/** @satisfies {import('esbuild').BuildOptions} */
const bundling = /** @type {const} */ ({
  absWorkingDir: top,
  entryPoints: { ...programs, ...compiled },
  outExtension: { '.js': '.cjs' },
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['pkcs11js'],
  // A script that is started from compiled code cannot import.
  supported: { 'dynamic-import': false },
  // jsonc-parser's CommonJS form hides its requires from bundlers; its module form does not.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: {
    js: "#!/usr/bin/env node\nconst bundleUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  logLevel: 'warning',
});

if (!buildIsCurrent(top) || process.argv.includes('--force')) {
  process.exitCode = (await buildAnew()) ? 0 : 1;
}

/**
 * Builds beside dist/ and then takes its place: a failed build leaves the old one as it was.
 * @returns {Promise<boolean>} whether it succeeded; the tools have said why not
 */
async function buildAnew() {
  // Taken first: a source that changes meanwhile makes this build stale.
  const hash = sourceHash(top);
  const cache = path.join(top, 'node_modules/.cache/tuf-on-git');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, 'build-'));
  try {
    const fresh = path.join(work, 'dist');
    if (!(await bundlePrograms(fresh))) return false;
    await compileScripts(path.join(fresh, 'bin'));
    for (const name of Object.keys(programs)) chmodSync(path.join(fresh, `bin/${name}.cjs`), 0o755);
    if (!compileLibrary(path.join(fresh, 'lib'))) return false;
    const scripts = path.join(top, 'cli/completion/scripts');
    cpSync(scripts, path.join(fresh, 'completion'), { recursive: true });
    writeFileSync(path.join(fresh, recordFile), hash);
    if (existsSync(target)) renameSync(target, path.join(work, 'old'));
    renameSync(fresh, target);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} bin */
async function compileScripts(bin) {
  const installed = path.join(target, 'bin/tuf-on-git.cjs');
  compileAll(path.join(bin, 'gate'));
  await compileRehearsed(path.join(bin, 'commands'), installed, [['--help']]);
  await compileRehearsed(path.join(bin, 'downloader'), installed, downloads);
}

/** @param {string} fresh */
async function bundlePrograms(fresh) {
  try {
    const { metafile } = await build({ ...bundling, outdir: path.join(fresh, 'bin') });
    const page = await buildPage(path.join(fresh, 'page'));
    writeMetafile(path.join(fresh, 'metafile.json'), [metafile, page]);
    return true;
  } catch (error) {
    // esbuild has printed what is wrong with the sources; anything else is a defect.
    if (error instanceof Error && 'errors' in error) return false;
    throw error;
  }
}

/**
 * What is in programs and page: the list of bundled packages is made from it (scripts/sbom.mjs). Values of
 * `define` stand there as well, as `<define:NAME>`; they are no files, and of no package.
 * @param {string} file
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
function writeMetafile(file, metafiles) {
  const inputs = Object.assign({}, ...metafiles.map((each) => each.inputs));
  const outputs = Object.assign({}, ...metafiles.map((each) => each.outputs));
  const text = JSON.stringify({ inputs, outputs }, (key, /** @type {unknown} */ value) =>
    key.startsWith('<define:') ? undefined : value,
  );
  writeFileSync(file, text);
}

/**
 * The client as a library: ES modules and their types.
 * @param {string} outDir
 */
function compileLibrary(outDir) {
  const native = createRequire(import.meta.url).resolve('@typescript/native/package.json');
  const compiler = path.join(path.dirname(native), 'bin/tsc');
  const args = [compiler, '-p', 'tsconfig.library.json', '--outDir', outDir];
  return spawnSync(process.execPath, args, { cwd: top, stdio: 'inherit' }).status === 0;
}
