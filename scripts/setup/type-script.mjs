import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {readonly NodeJS.Signals[]} */
const handedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a TypeScript program in this terminal and waits for its end; signals are handed on.
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit status, or 128 + the number of the signal that ended it
 */
export function runTypeScript(file, args) {
  const loader = import.meta.resolve('tsx');
  const child = spawn(process.execPath, ['--import', loader, file, ...args], { stdio: 'inherit' });
  for (const signal of handedOn) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
