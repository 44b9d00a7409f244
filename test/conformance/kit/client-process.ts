import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ended } from '../../kit/cli.ts';

const program = path.resolve(import.meta.dirname, '../../../dist/bin/tuf-on-git-conformance.cjs');
const faketime = ['/usr/bin/faketime', '/usr/local/bin/faketime', '/opt/homebrew/bin/faketime'];

export interface ProcessRun {
  readonly exit: number | null;
  readonly stderr: string;
}

/**
 * Runs the built `tuf-on-git-conformance` as a process of its own.
 * @param later by how much its clock is shifted, as faketime takes it: `+18d`
 */
export async function runClient(args: readonly string[], later?: string): Promise<ProcessRun> {
  const own = [process.execPath, program, ...args];
  const shifted = later === undefined ? own : [faketimeProgram() ?? '', '-f', later, ...own];
  const [command = '', ...rest] = shifted;
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], TZ: 'Pacific/Auckland' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { status, stdout, stderr } = await ended(child);
  if (stdout !== '') throw new RangeError(`the client printed ${stdout}`);
  return { exit: status, stderr };
}

/** The program that shifts the clock of another; undefined where it is not installed. */
export function faketimeProgram(): string | undefined {
  return faketime.find((file) => existsSync(file));
}
