import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, which } from './command.mjs';
import { lockedVersion, npm } from './packages.mjs';
import { say, timed } from './say.mjs';

/**
 * Sees to it that pkcs11js loads: it is an optional package that npm compiles, and npm is silent
 * when that fails. Tries once for each installation, and says in one line when it stays away.
 * @param {string} top
 */
export function bringPkcs11(top) {
  if (loads(top)) return;
  const missing = ['make', 'c++', 'python3'].filter((tool) => which(tool) === undefined);
  if (missing.length > 0) {
    say(`pkcs11js is not built, ${missing.join(' and ')} missing: file keys work, tokens do not`);
    return;
  }
  const tried = path.join(top, 'node_modules/.cache/tuf-on-git/pkcs11js-failed');
  if (!existsSync(tried)) {
    timed('building pkcs11js', () => build(top));
    if (loads(top)) return;
    mkdirSync(path.dirname(tried), { recursive: true });
    writeFileSync(tried, '');
  }
  say(
    'pkcs11js could not be built: file keys work, tokens do not ' +
      '(to see why: npm install --no-save --foreground-scripts pkcs11js)',
  );
}

/**
 * In a process of its own: native code that does not fit may end the one that loads it.
 * @param {string} top
 */
function loads(top) {
  if (!existsSync(path.join(top, 'node_modules/pkcs11js'))) return false;
  return run(process.execPath, ['-e', "require('pkcs11js')"], { cwd: top }).ok;
}

/**
 * npm removes an optional package that it could not build: then it is installed anew.
 * @param {string} top
 */
function build(top) {
  const isThere = existsSync(path.join(top, 'node_modules/pkcs11js'));
  const command = isThere
    ? ['rebuild', 'pkcs11js']
    : ['install', '--no-save', '--no-package-lock', `pkcs11js@${lockedVersion(top, 'pkcs11js')}`];
  return npm(top, [...command, '--foreground-scripts', '--loglevel=error']);
}
