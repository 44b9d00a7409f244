import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/**
 * Turns a bundled program into a script that `core/start/start-compiled.ts` starts:
 * `<name>.script.js`, the program as the text of one function.
 * @param {string} program the path of the program without `.cjs`
 * @returns {string} the path of the script
 */
export function writeScript(program) {
  const bundle = `${program}.cjs`;
  const filename = `${program}.script.js`;
  const text = Module.wrap(readFileSync(bundle, 'utf8').replace(/^#!.*\n/, ''));
  writeFileSync(filename, text.replaceAll(/[^\0-\x7f]/g, escaped), 'latin1');
  rmSync(bundle);
  return filename;
}

/**
 * `<name>.code`: all functions as V8 has compiled them, though it usually waits until they are
 * called. The flag is set back before the code is taken, for V8 does not accept code that was made
 * under other flags.
 * @param {string} program the path of the program without `.cjs`
 */
export function compileAll(program) {
  const filename = writeScript(program);
  setFlagsFromString('--no-lazy');
  const script = new Script(readFileSync(filename, 'latin1'), { filename });
  setFlagsFromString('--lazy');
  writeFileSync(`${program}.code`, script.createCachedData());
}

/**
 * The bundler writes ASCII but for regular expressions and comments, where this means the same.
 * @param {string} character
 */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
