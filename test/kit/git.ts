import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { initBareRepository, type BareSettings } from '../../core/git/binary/init-bare.ts';

/** A throw-away folder with a server's repository, as `init` makes it, and clones beside it. */
export interface GitSandbox {
  readonly dir: string;
  /** `dir/repository.git` */
  readonly bare: string;
  /** Runs git in the bare repository, or elsewhere; never throws for a status. */
  git(args: readonly string[], options?: RunOptions): Promise<GitRun>;
  /** What git printed, trimmed; throws for a status other than 0. */
  ok(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Installs a hook of the bare repository: the lines of a shell script. */
  hook(name: 'pre-receive' | 'post-receive', script: string): Promise<void>;
  /** Makes the first commit of main, past every hook; its object id. */
  seed(files: Readonly<Record<string, string>>): Promise<string>;
  clone(name?: string): Promise<Clone>;
  remove(): Promise<void>;
}

export interface Clone {
  readonly dir: string;
  git(...args: string[]): Promise<GitRun>;
  ok(...args: string[]): Promise<string>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Everything that differs, as one commit; its object id. */
  commit(message: string): Promise<string>;
}

export interface GitRun {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
}

export async function gitSandbox(settings: BareSettings = {}): Promise<GitSandbox> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'tuf-on-git-test-')));
  const bare = join(dir, 'repository.git');
  const hooksPath = settings.hooksPath ?? join(dir, 'hooks');
  if (settings.maxPushBytes === undefined) await cp(await template(), bare, { recursive: true });
  else await initBareRepository(bare, settings);
  await runGit(['config', 'core.hooksPath', hooksPath], { cwd: bare });
  const sandbox: GitSandbox = {
    dir,
    bare,
    git: (args, options) => runGit(args, { cwd: bare, ...options }),
    ok: async (args, options) => okay(args, await sandbox.git(args, options)),
    hook: (name, script) => writeHook(join(hooksPath, name), script),
    seed: async (files) => {
      await sandbox.ok(['fast-import', '--quiet'], { input: importOf(files) });
      return sandbox.ok(['rev-parse', 'refs/heads/main']);
    },
    clone: async (name = 'clone') => {
      await sandbox.ok(['clone', '--quiet', bare, name], { cwd: dir });
      return cloneAt(join(dir, name));
    },
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
  return sandbox;
}

let made: Promise<string> | undefined;

/** An empty repository to copy: making one takes git twenty times as long. */
function template(): Promise<string> {
  made ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tuf-on-git-template-'));
    process.once('exit', () => {
      rmSync(dir, { recursive: true, force: true });
    });
    await initBareRepository(dir);
    return dir;
  })();
  return made;
}

/** A clone that is there already, however it was made. */
export function cloneAt(dir: string): Clone {
  const run = (...args: string[]): Promise<GitRun> => runGit(args, { cwd: dir });
  const ok = async (...args: string[]): Promise<string> => okay(args, await run(...args));
  return {
    dir,
    git: run,
    ok,
    write: async (path, content) => {
      const file = join(dir, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    commit: async (message) => {
      await ok('add', '--all');
      await ok('commit', '--quiet', '--allow-empty', '-m', message);
      return ok('rev-parse', 'HEAD');
    },
  };
}

/** Plain git as a maintainer has it, with a fixed person, commits of a fixed time and nobody's settings. */
export async function runGit(args: readonly string[], options: RunOptions = {}): Promise<GitRun> {
  const child = spawn('git', [...args], {
    cwd: options.cwd,
    env: { ...cleanEnvironment, ...(args.includes('push') ? {} : fixedDates), ...options.env },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}

const cleanEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@example.com',
  GIT_COMMITTER_NAME: 'Alice',
  GIT_COMMITTER_EMAIL: 'alice@example.com',
};

/** Not for a push: the log of the server's ref would have them, which the gate refuses. */
const fixedDates: NodeJS.ProcessEnv = {
  GIT_AUTHOR_DATE: '@1767225600 +0000',
  GIT_COMMITTER_DATE: '@1767225600 +0000',
};

function okay(args: readonly string[], { status, stdout, stderr }: GitRun): string {
  if (status === 0) return stdout.toString('utf8').trim();
  throw new TypeError(`git ${args.join(' ')} ended with ${String(status)}: ${stderr.trim()}`);
}

function importOf(files: Readonly<Record<string, string>>): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const head = 'commit refs/heads/main\ncommitter Alice <alice@example.com> 1767225600 +0000\n';
  const contents = Object.entries(files).map(
    ([path, content]) => `M 644 inline ${path}\n${data(content)}`,
  );
  return `${head}${data('one')}${contents.join('')}`;
}

async function writeHook(file: string, script: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}
