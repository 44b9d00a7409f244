import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/**
 * Turns a bundled program into what `hooks/start.ts` starts: `<name>.script.js`, the program as the
 * text of one function, and `<name>.code`, the same as V8 has compiled it. V8 takes the code only
 * from its own version and compiles the script where that is another one.
 * @param {string} program the path of the program without `.cjs`
 */
export function compileAhead(program) {
  const bundle = `${program}.cjs`;
  const filename = `${program}.script.js`;
  const text = Module.wrap(readFileSync(bundle, 'utf8').replace(/^#!.*\n/, ''));
  writeFileSync(filename, text);
  writeFileSync(`${program}.code`, compileAll(text, filename));
  rmSync(bundle);
}

/**
 * All functions, though V8 usually waits until they are called. The flag is set back before the code
 * is taken, for V8 does not accept code that was made under other flags.
 * @param {string} text
 * @param {string} filename
 */
function compileAll(text, filename) {
  setFlagsFromString('--no-lazy');
  const script = new Script(text, { filename });
  setFlagsFromString('--lazy');
  return script.createCachedData();
}
