import { existsSync } from 'node:fs';
import { run, tail, which } from './command.mjs';
import { say, timed } from './say.mjs';

/** Where the packages of Debian, Fedora and Homebrew put the PKCS#11 module. */
const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
];

/**
 * @typedef {object} Installer
 * @property {string} command
 * @property {string} name what the packages are called there: SoftHSM, and a tool for tokens that tests use
 * @property {readonly (readonly string[])[]} tries arguments, tried in turn until SoftHSM is there
 * @property {boolean} asRoot
 */

const softHsm = ['install', 'softhsm2', 'opensc'];

/** @type {readonly Installer[]} */
const installers = [
  {
    command: 'apt-get',
    name: 'softhsm2 opensc',
    // The lists of a fresh container are empty: the second install is for after the update.
    tries: [aptGet(...softHsm), aptGet('update'), aptGet(...softHsm)],
    asRoot: true,
  },
  {
    command: 'dnf',
    name: 'softhsm opensc',
    tries: [['-y', '-q', 'install', 'softhsm', 'opensc']],
    asRoot: true,
  },
  {
    command: 'brew',
    name: 'softhsm opensc',
    tries: [['install', '-q', 'softhsm', 'opensc']],
    asRoot: false,
  },
];

/**
 * Installs SoftHSM 2 where it is missing and this user may, and with it the tool for tokens; says in one
 * line when that cannot be.
 */
export function bringSoftHsm() {
  if (allIsThere()) return;
  const installer = installers.find(({ command }) => which(command) !== undefined);
  const prefix = installer === undefined ? undefined : permission(installer);
  if (installer === undefined || prefix === undefined) {
    if (softHsmIsThere()) return;
    const name = installer?.name ?? 'softhsm2 opensc';
    say(`SoftHSM 2 is missing, a file key is used instead; to have it, install ${name}`);
    return;
  }
  const output = timed('installing SoftHSM 2', () => install(installer, prefix));
  if (softHsmIsThere()) return;
  const reason = tail(output, 1);
  say(`SoftHSM 2 could not be installed, a file key is used instead; the reason: ${reason}`);
}

function allIsThere() {
  return softHsmIsThere() && which('pkcs11-tool') !== undefined;
}

/** Whether both halves are there: the tool that makes tokens, and the module that holds them. */
function softHsmIsThere() {
  return which('softhsm2-util') !== undefined && modules.some((file) => existsSync(file));
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
 * @param {Installer} installer
 * @param {readonly string[]} prefix
 * @returns {string} what the commands printed
 */
function install({ command, tries }, prefix) {
  let printed = '';
  for (const args of tries) {
    const [first = command, ...rest] = [...prefix, command, ...args];
    const env = { DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' };
    printed += run(first, rest, { env, timeoutSeconds: 300 }).output;
    if (allIsThere()) break;
  }
  return printed;
}

/** @param {string[]} what */
function aptGet(...what) {
  const patience = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1'];
  return ['-y', '-q', '--no-install-recommends', ...patience, ...what];
}
