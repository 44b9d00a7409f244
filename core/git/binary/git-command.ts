import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fault, visible, type TufOnGitError } from '../../error/error.ts';

/** A bare repository as its git processes see it: made by `gitRepository`, never by hand. */
export interface GitRepository {
  /** Absolute path, symbolic links resolved. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** After how long one git process is ended, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends every git process when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface GitOptions {
  readonly input?: Uint8Array | string;
  /** Variables beside those of the repository: an index file, an author. */
  readonly env?: NodeJS.ProcessEnv;
  readonly maxOutputBytes?: number;
}

export interface GitOutcome {
  readonly status: number;
  readonly stdout: Buffer;
  /** The first line of what git said, printable. */
  readonly complaint: string;
}

const DEFAULT_MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs git on a repository and returns what it printed.
 * @throws `repository.git` when git cannot be started, fails, takes too long or prints too much
 */
export async function git(
  repository: GitRepository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const outcome = await gitOutcome(repository, args, options);
  if (outcome.status === 0) return outcome.stdout;
  throw gitFault(args, outcome.complaint || `status ${outcome.status}`);
}

/** As `git`, for commands whose exit status is an answer: only a signal or a time-out throws. */
export async function gitOutcome(
  repository: GitRepository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitOutcome> {
  const child = startGit(repository, args, options.env, repository.timeoutMs);
  const stdout = collect(child, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES);
  const complaint = firstComplaint(child);
  // A git that ends early closes its input; its status tells more than our EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const { status, signal } = await ended(child);
  const { bytes, tooMuch } = stdout();
  if (tooMuch) throw gitFault(args, 'it printed more than is allowed');
  if (status === null) throw gitFault(args, `it took too long (ended by ${String(signal)})`);
  return { status, stdout: bytes, complaint: complaint() };
}

/**
 * Starts git with the repository's environment; whoever calls it sees to its streams and its end.
 * @throws `repository.git` when it cannot be started
 */
export function startGit(
  repository: GitRepository,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  timeoutMs?: number,
): ChildProcessWithoutNullStreams {
  const child = spawn('git', ['-c', `safe.directory=${repository.dir}`, ...args], {
    cwd: repository.dir,
    env: { ...repository.env, ...env },
    ...(repository.signal === undefined ? {} : { signal: repository.signal }),
  });
  // Where there is no process there may be no streams either: nobody is handed such a child.
  child.on('error', () => undefined);
  if (child.pid !== undefined) {
    if (timeoutMs !== undefined) endAfter(timeoutMs, child);
    return child;
  }
  throw fault('repository.git', nameOf(args), 'git could not be started', {
    hint: `is it installed and on the PATH, and is ${visible(repository.dir)} there?`,
  });
}

/** By the gentle signal: git takes its lock files along. spawn's own timer outlives a failed start. */
function endAfter(milliseconds: number, child: ChildProcessWithoutNullStreams): void {
  const timer = setTimeout(() => child.kill('SIGTERM'), milliseconds);
  child.once('exit', () => {
    clearTimeout(timer);
  });
}

/** Resolves at the end of a git process, when its streams are closed. */
export function ended(
  child: ChildProcessWithoutNullStreams,
): Promise<{ status: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.on('close', (status, signal) => {
      resolve({ status, signal });
    });
  });
}

/** What git complains about, as one printable line; read the result after the process has ended. */
export function firstComplaint(child: ChildProcessWithoutNullStreams): () => string {
  const maxChars = 4096;
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < maxChars) text += chunk;
  });
  return () => {
    const lines = text.split('\n').filter((each) => each.trim() !== '');
    const chosen = lines.find((each) => /^(fatal|error):/.test(each)) ?? lines[0] ?? '';
    return visible(chosen.replace(/^(fatal|error): /, '').slice(0, 200));
  };
}

export function gitFault(args: readonly string[], message: string): TufOnGitError {
  return fault('repository.git', nameOf(args), message);
}

/**
 * The version of the git on the PATH: `2.39.5`.
 * @throws `repository.git` when there is none
 */
export async function gitVersion(): Promise<string> {
  const here = { dir: process.cwd(), env: bareEnvironment(), timeoutMs: 10_000 };
  const text = (await git(here, ['version'])).toString('utf8');
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
}

/** The variables by which receive-pack points its hook at what was pushed but not yet accepted. */
const QUARANTINE = [
  'GIT_QUARANTINE_PATH',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
] as const;

/**
 * An environment built from nothing: no variable of a pusher or of the account that runs us reaches
 * git, no configuration but the repository's own, no replaced objects, one language.
 */
export function bareEnvironment(quarantine: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...Object.fromEntries(
      QUARANTINE.flatMap((name) => {
        const value = quarantine[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

function collect(
  child: ChildProcessWithoutNullStreams,
  maxBytes: number,
): () => { bytes: Buffer; tooMuch: boolean } {
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else child.kill();
  });
  return () => ({ bytes: Buffer.concat(chunks), tooMuch: size > maxBytes });
}

function nameOf(args: readonly string[]): string {
  return `git ${args.find((each) => !each.startsWith('-')) ?? ''}`.trim();
}
