/**
 * Starts the gate from code that was compiled when it was built (scripts/code-cache.mjs): every push
 * waits for this program, and half of its start went into compiling. Code that another Node has made
 * is not taken; the gate is then compiled as any program is.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

type Program = (exports: object, require: NodeJS.Require, module: object, file: string) => void;

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const filename = at('gate.script.js');
const cachedData = readFileSync(at('gate.code'));
const script = new Script(readFileSync(filename, 'utf8'), { filename, cachedData });
const program = script.runInThisContext() as Program;
program({}, createRequire(import.meta.url), {}, filename);
