import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { memoryFolder } from './memory-folder.ts';

const run = promisify(execFile);
const source = path.resolve(import.meta.dirname, '../../go');

let built: Promise<string | undefined> | undefined;

/**
 * The program that follows with go-tuf, undefined where there is no Go. It is built once for a run of
 * tests. On a machine that never built it this takes a minute: its modules come from the Go proxy, and
 * all of them are compiled. So ask early and wait late.
 */
export function goFollower(): Promise<string | undefined> {
  built ??= build();
  return built;
}

async function build(): Promise<string | undefined> {
  if (!(await hasGo())) return undefined;
  const folder = memoryFolder();
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const program = path.join(folder, 'follow');
  await run('go', ['build', '-o', program, '.'], { cwd: source });
  return program;
}

function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  );
}
