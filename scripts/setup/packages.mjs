import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run, tail } from './command.mjs';
import { SetUpFailure, timed } from './say.mjs';

/**
 * Installs the npm packages, unless node_modules already holds what package-lock.json asks for.
 * @param {string} top
 */
export function bringPackages(top) {
  if (packagesAreCurrent(top)) return;
  const { ok, output } = timed('installing npm packages (npm ci)', () =>
    // Both kinds are named because NODE_ENV or a user's npm settings may leave them out.
    npm(top, ['ci', '--include=dev', '--include=optional', '--loglevel=error']),
  );
  if (!ok) throw new SetUpFailure(`npm ci failed, it said:\n${tail(output, 20)}`);
}

/**
 * Whether node_modules holds every package of the lock file, in the version and with the hash
 * named there. npm leaves its own record of what it installed; optional packages may be absent.
 * @param {string} top
 */
function packagesAreCurrent(top) {
  const wanted = readPackages(path.join(top, 'package-lock.json'));
  const installed = readPackages(path.join(top, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(([place, entry]) => {
    const found = installed[place];
    if (place === '') return true;
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * Runs npm, with the headers for native packages where this machine already has them.
 * @param {string} top
 * @param {readonly string[]} args
 */
export function npm(top, args) {
  const script = process.env['npm_execpath'] ?? '';
  const headers = nodeHeaders();
  const env = headers === undefined ? {} : { npm_config_nodedir: headers };
  return script.endsWith('npm-cli.js')
    ? run(process.execPath, [script, ...args], { cwd: top, env })
    : run('npm', args, { cwd: top, env });
}

/**
 * The version of a direct dependency that the lock file names.
 * @param {string} top
 * @param {string} name
 */
export function lockedVersion(top, name) {
  return readPackages(path.join(top, 'package-lock.json'))[`node_modules/${name}`]?.version ?? '*';
}

/** The prefix whose include/node fits the running Node: node-gyp would download it otherwise. */
function nodeHeaders() {
  if (process.env['npm_config_nodedir'] !== undefined) return undefined;
  const prefixes = [path.resolve(process.execPath, '../..'), '/usr'];
  return prefixes.find((prefix) => {
    const file = path.join(prefix, 'include/node/node_version.h');
    if (!existsSync(file)) return false;
    const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(file, 'utf8'))?.[1];
    return major === process.versions.node.split('.')[0];
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} Locked
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
function readPackages(file) {
  if (!existsSync(file)) return {};
  const lock = /** @type {{ packages: Record<string, Locked> }} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  );
  return lock.packages;
}
