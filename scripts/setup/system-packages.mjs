import { run, tail, which } from './command.mjs';
import { timed } from './say.mjs';

/**
 * What a package manager is to bring.
 * @typedef {object} Wanted
 * @property {string} name as a person calls it
 * @property {() => boolean} isThere
 * @property {Readonly<Record<string, readonly string[]>>} packages names, by package manager
 */

/**
 * @typedef {object} Installer
 * @property {string} command
 * @property {(packages: readonly string[]) => readonly (readonly string[])[]} tries arguments, tried in
 *   turn until it is there
 * @property {boolean} asRoot
 */

/** @type {readonly Installer[]} */
const installers = [
  {
    command: 'apt-get',
    // The lists of a fresh container are empty: the second install is for after the update.
    tries: (packages) => [
      aptGet('install', ...packages),
      aptGet('update'),
      aptGet('install', ...packages),
    ],
    asRoot: true,
  },
  { command: 'dnf', tries: (packages) => [['-y', '-q', 'install', ...packages]], asRoot: true },
  { command: 'brew', tries: (packages) => [['install', '-q', ...packages]], asRoot: false },
];

/**
 * Installs what is missing, where this user may.
 * @param {Wanted} wanted
 * @returns {string | undefined} why it is not all there, for a person; nothing when it is
 */
export function bringSystemPackages({ name, isThere, packages }) {
  if (isThere()) return undefined;
  const installer = installers.find(({ command }) => which(command) !== undefined);
  const names = packages[installer?.command ?? ''] ?? Object.values(packages)[0] ?? [];
  const prefix = installer === undefined ? undefined : permission(installer);
  if (installer === undefined || prefix === undefined) return `install ${names.join(' ')}`;
  const tries = installer.tries(names).map((args) => [...prefix, installer.command, ...args]);
  const output = timed(`installing ${name}`, () => install(tries, isThere));
  return isThere() ? undefined : `it could not be installed: ${tail(output, 1)}`;
}

/**
 * What to put before the installer's command, or nothing when this user may not install.
 * @param {Installer} installer
 * @returns {readonly string[] | undefined}
 */
function permission({ asRoot }) {
  const isRoot = process.getuid?.() === 0;
  // Homebrew refuses to run as root.
  if (!asRoot) return isRoot ? undefined : [];
  if (isRoot) return [];
  const sudo = which('sudo');
  const mayInstall = sudo !== undefined && run(sudo, ['-n', 'true'], { timeoutSeconds: 10 }).ok;
  return mayInstall ? [sudo, '-n'] : undefined;
}

/**
 * @param {readonly (readonly string[])[]} tries
 * @param {() => boolean} isThere
 * @returns {string} what the commands printed
 */
function install(tries, isThere) {
  let printed = '';
  for (const [command = '', ...args] of tries) {
    const env = { DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' };
    printed += run(command, args, { env, timeoutSeconds: 300 }).output;
    if (isThere()) break;
  }
  return printed;
}

/** @param {string[]} what */
function aptGet(...what) {
  const [verb = '', ...packages] = what;
  const patience = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1'];
  return ['-y', '-q', '--no-install-recommends', ...patience, verb, ...packages];
}
