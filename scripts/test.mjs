import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SetUpFailure } from './setup/say.mjs';
import { bringTestBrowser } from './setup/test-browser.mjs';
import { bringTestServers } from './setup/test-servers.mjs';
import { bringTestShells } from './setup/test-shells.mjs';
import { setUp, top } from './setup.mjs';
import { suites } from './suites.mjs';

/**
 * `npm test [-- [--suite NAME] [what mocha takes]]`: set-up, then the tests of one suite. Test files
 * among the arguments take the place of the suite's own.
 *
 * The last line is always `N passed, N failed, N skipped`; before it, a line each names the tests that
 * failed and those that were skipped.
 * With `--list-suites`, only the names of the suites.
 *
 * @typedef {object} Totals
 * @property {number} passed
 * @property {readonly string[]} failed title and message of each, in one line
 * @property {readonly string[]} skipped title of each
 */
const given = process.argv.slice(2);
if (given.includes('--list-suites')) process.stdout.write(`${Object.keys(suites).join('\n')}\n`);
else report(await runSuite(given));

/** @param {Totals} totals */
function report({ passed, failed, skipped }) {
  for (const title of skipped) process.stdout.write(`skipped: ${title}\n`);
  for (const failure of failed) process.stdout.write(`failed: ${failure}\n`);
  const counts = [`${String(passed)} passed`, `${String(failed.length)} failed`];
  process.stdout.write(`${[...counts, `${String(skipped.length)} skipped`].join(', ')}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<Totals>}
 */
async function runSuite(args) {
  try {
    const mochaArguments = toMocha(args);
    await setUp();
    bringTestServers();
    bringTestShells();
    if (args.some(namesBrowser)) bringTestBrowser();
    return await runMocha(mochaArguments);
  } catch (error) {
    if (!(error instanceof SetUpFailure)) throw error;
    return { passed: 0, failed: [error.message], skipped: [] };
  }
}

/** @param {string} arg */
function namesBrowser(arg) {
  return arg === 'browser' || arg.startsWith('test/browser/');
}

/** @param {readonly string[]} args */
function toMocha(args) {
  const at = args.indexOf('--suite');
  const name = at === -1 ? 'main' : (args[at + 1] ?? '');
  const own = at === -1 ? args : args.toSpliced(at, 2);
  const suite = Object.hasOwn(suites, name) ? suites[name] : undefined;
  if (suite === undefined) {
    throw new SetUpFailure(`no suite "${name}", there are: ${Object.keys(suites).join(', ')}`);
  }
  if (own.some((arg) => arg.endsWith('.ts'))) return own;
  const jobs = suite.jobs === 1 ? [] : ['--parallel', '--jobs', String(suite.jobs)];
  return [...jobs, ...suite.ignore.flatMap((glob) => ['--ignore', glob]), ...own, suite.spec];
}

/**
 * Runs mocha in a process of its own, so that a test that ends the process is counted as failed.
 * @param {readonly string[]} args
 * @returns {Promise<Totals>}
 */
async function runMocha(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-test-'));
  try {
    const file = path.join(folder, 'totals.json');
    const reporter = ['--reporter', 'scripts/test-reporter.mjs', '--reporter-option'];
    const status = await mocha([...reporter, `totals=${file}`, ...args]);
    // No report: mocha found no tests, or one of them ended the process, with whatever status.
    const ended = `mocha ended with ${String(status)}`;
    if (!existsSync(file)) return { passed: 0, failed: [ended], skipped: [] };
    const totals = /** @type {Totals} */ (JSON.parse(readFileSync(file, 'utf8')));
    const failedLater = status !== 0 && totals.failed.length === 0;
    return failedLater ? { ...totals, failed: [ended] } : totals;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit status
 */
function mocha(args) {
  const program = path.join(top, 'node_modules/mocha/bin/mocha.js');
  const child = spawn(process.execPath, [program, ...args], { cwd: top, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
}
