import { existsSync } from 'node:fs';
import { say } from './say.mjs';
import { bringSystemPackages } from './system-packages.mjs';

/** Where Debian, Fedora and Homebrew put the programs. */
const places = {
  nginx: ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'],
  sshd: ['/usr/sbin/sshd'],
};

/**
 * Installs the servers that tests run against, on ports of their own, where they are missing and this user
 * may. On a machine where packages of servers start them at once, nobody asked for that: there it only says
 * what to install.
 */
export function bringTestServers() {
  bringFaketime();
  const isThere = () => Object.values(places).every((files) => files.some(existsSync));
  if (isThere()) return;
  const why = existsSync('/run/systemd/system')
    ? 'install nginx and an SSH server, which this machine would start as a service'
    : bringSystemPackages({
        name: 'nginx and sshd for tests',
        isThere,
        packages: {
          'apt-get': ['nginx-light', 'openssh-server'],
          dnf: ['nginx', 'openssh-server'],
          brew: ['nginx'],
        },
      });
  if (why !== undefined) say(`tests with nginx or sshd are skipped; to have them: ${why}`);
}

/** The program that shifts the clock of another, for tests of expiry. It starts nothing. */
function bringFaketime() {
  const places = ['/usr/bin/faketime', '/usr/local/bin/faketime', '/opt/homebrew/bin/faketime'];
  const isThere = () => places.some((file) => existsSync(file));
  if (isThere()) return;
  const why = bringSystemPackages({
    name: 'faketime for tests',
    isThere,
    packages: { 'apt-get': ['faketime'], dnf: ['libfaketime'], brew: ['libfaketime'] },
  });
  if (why !== undefined) say(`tests with a shifted clock are skipped; to have them: ${why}`);
}
