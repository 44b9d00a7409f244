/**
 * `node record-run.mjs SCRIPT CODE PROGRAM ARGUMENT…`: runs a program's script as PROGRAM would start
 * it; CODE then has the functions that V8 compiled for this run, besides those that it had before.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const [node = '', , filename = '', code = '', program = '', ...args] = process.argv;
process.argv = [node, program, ...args];
const before = existsSync(code) ? { cachedData: readFileSync(code) } : {};
const script = new Script(readFileSync(filename, 'latin1'), { filename, ...before });
process.on('exit', () => {
  writeFileSync(code, script.createCachedData());
});
/** @type {import('./rehearse.mjs').Program} */
const start = script.runInThisContext();
start({}, createRequire(program), {}, program, path.dirname(program));
