/**
 * `node --require file-faults.cjs`: lets a program meet a fault at one of its file operations, or at
 * all from there on, as the file says that FILE_FAULTS names (fault-control.ts writes it). It is read
 * before each operation, so a program that runs can be told as well. Only what changes files is
 * counted, and what makes it durable.
 */
import { appendFileSync, constants, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileFault } from './fault-control.ts';

type Work = (...args: readonly unknown[]) => unknown;

// What is imported by name cannot be replaced: these are the very objects that a program asks for.
/* eslint-disable @typescript-eslint/no-require-imports */
const fs = require('node:fs') as Record<string, Work>;
const promises = require('node:fs/promises') as Record<string, Work>;
/* eslint-enable @typescript-eslint/no-require-imports */

/** As it was before. */
const put = writeFileSync;
const control = process.env['FILE_FAULTS'] ?? '';
const program = path.basename(process.argv[1] ?? '', '.cjs');
let known = '';
let count = 0;

const toWrite = constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT;
const needRoom = ['open', 'openSync', 'writeFile', 'writeFileSync', 'mkdir', 'mkdirSync', 'link'];
/** Methods of `FileHandle`. */
const onHandles = ['write', 'writeFile'];
const others = ['rename', 'rm', 'linkSync', 'renameSync', 'rmSync', 'fsyncSync'];
for (const name of [...needRoom, ...others]) {
  if (name.endsWith('Sync')) replaceSync(name);
  else replaceAsync(name);
}
// The one that is called with a callback.
replaceSync('fdatasync');
replaceOnHandles();

function replaceSync(name: string): void {
  const work = fs[name];
  if (work === undefined) return;
  fs[name] = (...args) => {
    meet(name, args, (half) => work(args[0], half, ...args.slice(2)));
    return work(...args);
  };
}

function replaceAsync(name: string): void {
  const work = promises[name];
  if (work === undefined) return;
  promises[name] = async (...args) => {
    meet(name, args);
    return await work(...args);
  };
}

/** The class is to be had from a handle alone. */
function replaceOnHandles(): void {
  const open = promises['open'];
  let isDone = false;
  promises['open'] = async (...args) => {
    const handle = (await open?.(...args)) as object;
    if (isDone) return handle;
    isDone = true;
    const shared = Object.getPrototypeOf(handle) as Record<string, Work>;
    for (const name of ['sync', ...onHandles]) {
      const work = shared[name];
      shared[name] = async function (this: unknown, ...given: unknown[]) {
        meet(name, []);
        return await work?.apply(this, given);
      };
    }
    return handle;
  };
}

function isReading(name: string, args: readonly unknown[]): boolean {
  if (name !== 'open' && name !== 'openSync') return false;
  const flags = args[1] ?? 'r';
  return typeof flags === 'number' ? (flags & toWrite) === 0 : flags === 'r';
}

/** @param write puts down other content in the place of what was to be written */
function meet(name: string, args: readonly unknown[], write?: (half: string) => unknown): void {
  if (isReading(name, args)) return;
  const isOnHandle = args.length === 0 && onHandles.includes(name);
  const text = readFileSync(control, 'utf8');
  if (text !== known) [known, count] = [text, 0];
  if (text === '') return;
  const fault = JSON.parse(text) as FileFault;
  if (fault.program !== program) return;
  if (fault.action !== 'kill' && !needRoom.includes(name) && !isOnHandle) return;
  count += 1;
  if (fault.action === 'kill') {
    if (count === fault.at) die(fault, name, args, write);
  } else if (count >= fault.at) {
    const system = { code: fault.action, errno: -28, syscall: name };
    throw Object.assign(new RangeError(`${fault.action}: ${name}`), system);
  }
}

function die(
  fault: FileFault,
  name: string,
  args: readonly unknown[],
  write: ((half: string) => unknown) | undefined,
): void {
  const place = typeof args[0] === 'string' ? path.basename(args[0]) : '';
  appendFileSync(`${control}.met`, `${fault.program} ${name} ${place}\n`);
  const [, content] = args;
  if (name === 'writeFileSync' && typeof content === 'string') write?.(content.slice(0, 20));
  // Once only: a program that is started anew meets nothing.
  put(control, '');
  process.kill(process.pid, 'SIGKILL');
}
