import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Code } from '../../core/error/codes.ts';

/** A throw-away folder in which the built command line runs, away from the user's own files. */
export interface CliSandbox {
  readonly dir: string;
  /** Runs `tuf-on-git` to its end, without a terminal; never throws for a status. */
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<CliRun>;
  /** What it printed on stdout; fails for a status other than 0. */
  readonly ok: (args: readonly string[], options?: CliOptions) => Promise<string>;
  /** Starts it and lets it run; whoever starts it ends it. */
  readonly start: (args: readonly string[], options?: CliOptions) => ChildProcess;
  /** Every file below `dir`, with its mode and digest: equal when nothing has changed. */
  readonly files: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether it can be given standard input; without it, there is none. */
  readonly stdin?: 'pipe';
}

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = path.resolve(import.meta.dirname, '../../dist/bin/tuf-on-git.cjs');

export async function cliSandbox(): Promise<CliSandbox> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), 'tuf-on-git-cli-')));
  const start: CliSandbox['start'] = (
    args,
    { env = {}, cwd = dir, stdin = 'ignore' as const } = {},
  ) =>
    spawn(process.execPath, [program, ...args], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: dir,
        TUF_ON_GIT_DATA: path.join(dir, 'trusted'),
        ...env,
      },
      stdio: [stdin, 'pipe', 'pipe'],
    });
  const run: CliSandbox['run'] = (args, options) => ended(start(args, options));
  return {
    dir,
    start,
    run,
    ok: async (args, options) => {
      const { status, stdout, stderr } = await run(args, options);
      assert.equal(status, 0, `tuf-on-git ${args.join(' ')} said: ${stderr}`);
      return stdout;
    },
    files: () => filesBelow(dir),
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Fails unless the command ended with this status and one line of stderr, which carries the code. */
export function assertRefused(run: CliRun, status: number, code: Code): void {
  assert.match(
    run.stderr,
    new RegExp(`^tuf-on-git: \\[${code.replace('.', '\\.')}\\] [^\\n]+\\n$`),
  );
  assert.equal(run.stdout, '');
  assert.equal(run.status, status);
}

export function ended(child: ChildProcess): Promise<CliRun> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({
        status,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
  });
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir, { recursive: true })).toSorted();
  return Promise.all(names.map((name) => describeFile(dir, name)));
}

async function describeFile(dir: string, name: string): Promise<string> {
  const file = path.join(dir, name);
  const stat = await lstat(file);
  const mode = stat.mode.toString(8);
  if (!stat.isFile()) return `${mode} ${name}`;
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return `${mode} ${name} ${digest}`;
}
