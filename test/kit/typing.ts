import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../../dist/bin/tuf-on-git.cjs');

/**
 * Types lines and Tab at a terminal, each at an empty one, until all is shown that is expected. The
 * prompt tells that zsh reads the keys one by one, which it does not before.
 */
const typist = `
  zmodload zsh/zpty
  zpty child 'zsh -f -i'
  zpty -w child "autoload -Uz compinit; compinit -u -D; source <(tuf-on-git completion zsh); PS1=REA''DY"
  zpty -r -m child shown '*READY*'
  for line expected in "$@"; do
    print -r -- "$line"
    zpty -w -n child $'\\x15'"$line"$'\\t'
    zpty -r -m child shown "*$expected*"
  done
  zpty -d child
  print done`;

/**
 * @param expected by the line that is typed: what zsh shows then, as patterns of it
 */
export function assertShown(folder: string, expected: Readonly<Record<string, string>>): void {
  const args = ['-f', '-c', typist, 'zsh', ...Object.entries(expected).flat()];
  const env = { ...withProgram(folder), TERM: 'dumb' };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: 240_000 } as const;
  const { stdout, stderr } = spawnSync('zsh', args, options);
  assert.match(
    stdout,
    /\ndone\n$/,
    `something else is shown for the last of these: ${stdout}${stderr}`,
  );
}

/** An environment that finds the built program by its name. */
export function withProgram(folder: string): Record<string, string> {
  const bin = path.join(folder, 'bin');
  if (mkdirSync(bin, { recursive: true }) !== undefined) {
    symlinkSync(program, path.join(bin, 'tuf-on-git'));
  }
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder };
}
