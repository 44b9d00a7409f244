import { spawn } from 'node:child_process';
import { fault, visible, type TufOnGitError } from '../../error/error.ts';
import { objectId } from '../object-id.ts';
import type { Clone } from './clone.ts';
import { collectLines } from './hook-lines.ts';
import type { Remote } from './remote.ts';
import type { PushResult } from './workspace.ts';

/** Paths and ssh by the git that is installed: it has the user's keys, agent and settings. */
export function binaryRemote(url: string): Remote {
  return {
    fetch: async (clone) => {
      const branches = '+refs/heads/*:refs/remotes/origin/*';
      const run = await runGit(clone, [
        'fetch',
        '--quiet',
        '--prune',
        '--no-tags',
        'origin',
        branches,
      ]);
      if (run.status !== 0) throw unreachable(url, run.stderr);
    },
    refs: async (clone, prefix) => {
      const run = await runGit(clone, ['ls-remote', '--refs', 'origin', `${prefix}*`]);
      if (run.status !== 0) throw unreachable(url, run.stderr);
      const lines = run.stdout.split('\n').filter((line) => line !== '');
      return new Map(lines.map((line) => [line.slice(41), objectId(line.slice(0, 40))] as const));
    },
    fetchRef: async (clone, ref) => {
      const run = await runGit(clone, ['fetch', '--quiet', '--no-tags', 'origin', ref]);
      if (run.status !== 0) throw unreachable(url, run.stderr);
    },
    push: async (clone, from, to, onMessage) => {
      const said = collectLines(onMessage, (raw) => raw.startsWith('remote: '));
      const args = ['push', '--porcelain', '--no-progress', 'origin', `${from}:${to}`];
      const run = await runGit(clone, args, said.take);
      return result(url, run, said.end());
    },
  };
}

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** git says `!<TAB>from:to<TAB>[remote rejected] (pre-receive hook declined)` of what was refused. */
function result(
  url: string,
  { status, stdout, stderr }: Run,
  lines: readonly string[],
): PushResult {
  if (status === 0) return { accepted: true, lines };
  const [, summary, detail] = /^!\t[^\t]*\t\[([^\]]+)\](?: \((.*)\))?$/m.exec(stdout) ?? [];
  if (summary === undefined) throw unreachable(url, stderr);
  const reason = summary === 'rejected' ? 'non-fast-forward' : visible(detail ?? summary);
  return { accepted: false, lines, reason };
}

/** What would point git at another repository than the clone; the rest is the user's own. */
const NOT_INHERITED = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

async function runGit(
  { dir }: Clone,
  args: readonly string[],
  onStderr: (piece: string) => void = () => undefined,
): Promise<Run> {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' };
  for (const name of NOT_INHERITED) Reflect.deleteProperty(env, name);
  const child = spawn('git', args, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    onStderr(chunk);
  });
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', (cause) => {
      const hint = 'install it, or use the http address of the repository';
      reject(fault('repository.git', dir, 'git is needed for this address', { hint, cause }));
    });
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
  return { status, stdout, stderr };
}

function unreachable(url: string, stderr: string): TufOnGitError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((each) => each.startsWith('fatal: ')) ?? lines[0] ?? 'git failed';
  return fault('repository.unreachable', url, visible(line.replace(/^fatal: /, '').slice(0, 200)));
}
