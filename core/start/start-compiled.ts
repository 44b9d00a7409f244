/**
 * Starts a program from code that was compiled when it was built (scripts/code-cache.mjs): half of a
 * short program's time goes into compiling. V8 takes code from its own version only; under another
 * Node the program is compiled as any is.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

type Program = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  file: string,
  folder: string,
) => void;

/** @param file of the program that starts, absolute: `NAME.script.js` and `NAME.code` are beside it */
export function startCompiled(name: string, file: string): void {
  const folder = path.dirname(file);
  const filename = path.join(folder, `${name}.script.js`);
  const cachedData = readFileSync(path.join(folder, `${name}.code`));
  // Nothing but ASCII is in it: read as UTF-8, 3 MB of it take 15 ms more.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  const program = script.runInThisContext() as Program;
  program({}, createRequire(file), {}, file, folder);
}
