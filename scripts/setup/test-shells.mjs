import { which } from './command.mjs';
import { say } from './say.mjs';
import { bringSystemPackages } from './system-packages.mjs';

/** Installs the shells that we print completions for, where they are missing and this user may. */
export function bringTestShells() {
  const shells = ['zsh', 'fish'];
  const why = bringSystemPackages({
    name: 'zsh and fish for tests',
    isThere: () => shells.every((shell) => which(shell) !== undefined),
    packages: { 'apt-get': shells, dnf: shells, brew: shells },
  });
  if (why !== undefined) say(`tests with zsh or fish are skipped; to have them: ${why}`);
}
