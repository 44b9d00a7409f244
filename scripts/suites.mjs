import { availableParallelism } from 'node:os';

/**
 * The suites of tests, each in a folder of its own under test/; `main` is what is in none of theirs.
 * `npm test` runs `main` alone, `.ci/run` all of them, in this order.
 */
const slow = [
  'cli',
  'daemon',
  'e2e',
  'interop',
  'conformance',
  'faults',
  'property',
  'transcripts',
  'browser',
];

/** Slow ones that wait for git and for daemons most of the time, as `main` does. */
const waiting = new Set(['cli', 'daemon']);

const jobs = Math.max(2, availableParallelism());

/**
 * @typedef {object} Suite
 * @property {string} spec glob of its files
 * @property {readonly string[]} ignore globs of files that belong to other suites
 * @property {number} jobs files at a time; what tests leave running is noticed where it is one
 */

/** @type {Readonly<Record<string, Suite>>} */
export const suites = {
  main: {
    spec: 'test/**/*.test.ts',
    ignore: slow.map((name) => `test/${name}/**`),
    jobs,
  },
  ...Object.fromEntries(
    slow.map((name) => [
      name,
      {
        spec: `test/${name}/**/*.test.ts`,
        ignore: [],
        jobs: waiting.has(name) ? jobs : 1,
      },
    ]),
  ),
};
