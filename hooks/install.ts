import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { replaceDurably } from '../core/files/durable-file.ts';
import { usualDeadlineSeconds } from './deadline.ts';
import { refusedStatus } from './statuses.ts';

export interface HookInstallation {
  /** `core.hooksPath` of the repository: a folder that no push can reach. */
  readonly hooksDir: string;
  /** The root that the gate trusts. */
  readonly pinnedRoot: string;
  /** Where the daemon writes the public keys that its signer holds, if there is a daemon. */
  readonly onlineKeys?: string;
  /** The blob store, if there is one. */
  readonly blobs?: string;
  /** The HOME's config.json, whose `gate` may make the gate stricter, if there is a HOME. */
  readonly config?: string;
  /** Where failures of the gate itself are noted, for the operator alone. */
  readonly failureLog: string;
  /** The daemon's named pipe for nudges, if there is a daemon. */
  readonly nudgePipe?: string;
  /** The program that judges, bundled. */
  readonly program: string;
}

/**
 * Writes `pre-receive`, a few lines of shell that start the program, and, where there is a daemon to
 * nudge, `post-receive`. Paths of the installation are kept relative to the hook, so a HOME can move.
 */
export async function installHooks(installation: HookInstallation): Promise<void> {
  const { hooksDir, pinnedRoot, onlineKeys, blobs, config, failureLog, nudgePipe, program } =
    installation;
  const beside = (file: string) => `"$here"/${quote(path.relative(hooksDir, file))}`;
  const option = (name: string, file: string | undefined) =>
    file === undefined ? '' : ` --${name} ${beside(file)}`;
  const options = [
    option('pinned-root', pinnedRoot),
    option('online-keys', onlineKeys),
    option('blobs', blobs),
    option('config', config),
  ];
  const gate = `${quote(program)}${options.join('')}`;
  await mkdir(hooksDir, { recursive: true, mode: 0o755 });
  await writeHook(path.join(hooksDir, 'pre-receive'), preReceive(gate, beside(failureLog)));
  if (nudgePipe === undefined) return;
  await writeHook(path.join(hooksDir, 'post-receive'), postReceive(beside(nudgePipe)));
}

/**
 * One byte tells the daemon that something was pushed. Open for reading too: so nobody waits where
 * there is no daemon. The daemon looks by itself soon anyway, so nothing is said of a failure.
 */
function postReceive(pipe: string): readonly string[] {
  return [
    `pipe=${pipe}`,
    'test -p "$pipe" || exit 0',
    '(printf . 1<>"$pipe") </dev/null >/dev/null 2>&1 &',
  ];
}

/**
 * Whatever ends the program other than a verdict refuses the push: a signal, no memory, a defect.
 * The pusher then reads one line; what the program and its runtime had to say goes to the log, which
 * is set aside when it has grown. A log that cannot be written is no reason to refuse. The deadline is a
 * line of its own, so that an operator may write a larger one.
 */
function preReceive(gate: string, log: string): readonly string[] {
  return [
    `deadline=${usualDeadlineSeconds}`,
    `log=${log}`,
    '(: >>"$log") 2>/dev/null || log=/dev/null',
    'exec 2>>"$log"',
    'unset NODE_OPTIONS',
    '# seconds of processor time: for a loop that never looks at the clock',
    'ulimit -t $((2 * deadline))',
    `${node} ${gate} --deadline-seconds "$deadline"`,
    'status=$?',
    'test $status -eq 0 && exit 0',
    'test "$(wc -c <"$log")" -gt 1000000 && mv -f "$log" "$log.1"',
    `test $status -eq ${refusedStatus} && exit 1`,
    "why='it came to no verdict'",
    '# by its deadline, or by the limit on processor time',
    'case $status in 142 | 152) why="no verdict within $deadline s" ;; esac',
    'echo "tuf-on-git: refused [git.unable] the hook: $why; tell the operator"',
    'echo "$(date -u) pre-receive ended with status $status" >&2',
    'exit 1',
  ];
}

const node = quote(process.execPath);

async function writeHook(file: string, lines: readonly string[]): Promise<void> {
  const script = ['#!/bin/sh', 'here=${0%/*}', ...lines, ''].join('\n');
  await replaceDurably(file, script, 0o755);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
