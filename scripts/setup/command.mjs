import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a command without a terminal and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, timeoutSeconds?: number }} [options]
 * @returns {{ ok: boolean, output: string }} `output`: both streams, for a message about a failure
 */
export function run(command, args, { cwd, env, timeoutSeconds = 1200 } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: timeoutSeconds * 1000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const trouble = result.error === undefined ? '' : result.error.message;
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}${trouble}` };
}

/**
 * Where a command lies in PATH.
 * @param {string} command
 * @returns {string | undefined}
 */
export function which(command) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => each !== '');
  return folders.map((folder) => path.join(folder, command)).find(isExecutable);
}

/**
 * The last lines of what a command printed.
 * @param {string} output
 * @param {number} count
 */
export function tail(output, count) {
  return output.trim().split('\n').slice(-count).join('\n');
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
