import { existsSync } from 'node:fs';
import { which } from './command.mjs';
import { say } from './say.mjs';
import { bringSystemPackages } from './system-packages.mjs';

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
 * Installs SoftHSM 2 where it is missing and this user may, and with it the tool for tokens that tests
 * use; says in one line when that cannot be.
 */
export function bringSoftHsm() {
  const why = bringSystemPackages({
    name: 'SoftHSM 2',
    isThere: () => softHsmIsThere() && which('pkcs11-tool') !== undefined,
    packages: {
      'apt-get': ['softhsm2', 'opensc'],
      dnf: ['softhsm', 'opensc'],
      brew: ['softhsm', 'opensc'],
    },
  });
  if (why === undefined || softHsmIsThere()) return;
  say(`SoftHSM 2 is missing, a file key is used instead; to have it: ${why}`);
}

/** Whether both halves are there: the tool that makes tokens, and the module that holds them. */
function softHsmIsThere() {
  return which('softhsm2-util') !== undefined && modules.some((file) => existsSync(file));
}
