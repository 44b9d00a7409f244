import { availableParallelism } from 'node:os';

/**
 * The suites of tests. `npm test` runs `main`; `.ci/run` runs the slower ones as well, each in a
 * folder of its own under test/.
 */
const slow = ['e2e', 'interop', 'conformance', 'faults', 'property', 'transcripts', 'browser'];

/**
 * @typedef {object} Suite
 * @property {string} spec glob of its files
 * @property {readonly string[]} ignore globs of files that belong to other suites
 * @property {number} [timeout] milliseconds for one test, where .mocharc.json's do not do
 * @property {number} [jobs] files at a time: most tests wait for git and for daemons
 */

/** @type {Readonly<Record<string, Suite>>} */
export const suites = {
  main: {
    spec: 'test/**/*.test.ts',
    ignore: slow.map((name) => `test/${name}/**`),
    timeout: 60_000,
    jobs: Math.max(2, availableParallelism()),
  },
  ...Object.fromEntries(
    slow.map((name) => [name, { spec: `test/${name}/**/*.test.ts`, ignore: [], timeout: 300_000 }]),
  ),
};
