/** What stops the set-up: one line for a person, without a stack. */
export class SetUpFailure extends Error {}

/**
 * One line of progress, on stderr: stdout belongs to what runs after the set-up.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/**
 * Announces a step that takes a while, runs it and says how long it took.
 * @template T
 * @param {string} what
 * @param {() => T} step
 * @returns {T}
 */
export function timed(what, step) {
  say(`${what} …`);
  const start = Date.now();
  const result = step();
  say(`${what}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
