/** The daemon, started as a process: nothing of it is loaded into this one. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { fault } from '../core/error/error.ts';
import { parseKeyUri } from '../core/signers/key-uri.ts';
import { programPath } from './programs.ts';

/** What ends us, and what it is to the daemon: it ends in good order when its terminal goes away too. */
const forwarded = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

/** A HOME, and the online keys that its signer opens. */
export interface ServedHome {
  readonly home: string;
  readonly keys: readonly string[];
  /** What else the daemon is told: `--floor 7:12`. */
  readonly options?: readonly string[];
}

/** HOME/signer, the keys that are opened there, and where it listens. */
export interface ServedSigner {
  readonly folder: string;
  readonly keys: readonly string[];
  readonly socket: string;
}

/** What the daemon says when both of its listeners answer: their base URLs. */
export interface Addresses {
  readonly ready: true;
  readonly content: string;
  readonly console: string;
}

/**
 * Runs the daemon and returns the status that it exits with.
 *
 * It gets a process group of its own. In ours, Ctrl-C would reach it from the terminal and once more
 * from here.
 */
export async function serveUntilItEnds(
  { home, keys, options = [] }: ServedHome,
  onReady: (ready: Addresses) => Promise<void>,
): Promise<number> {
  const args = [programPath('daemon'), home, '--json-ready', ...options];
  const daemon = spawn(process.execPath, args, {
    stdio: withDescriptors(['inherit', 'pipe', 'inherit'], keys),
    detached: true,
  });
  forwardSignals(daemon);
  const [status] = await Promise.all([statusOf(daemon), whenReady(daemon, onReady)]);
  return status;
}

/** The signer by itself, until it is told to end; returns the status that it exits with. */
export function signUntilItEnds({ folder, keys, socket }: ServedSigner): Promise<number> {
  const signer = spawn(process.execPath, [programPath('signer'), folder, '--socket', socket], {
    stdio: withDescriptors(['ignore', 'inherit', 'inherit'], keys),
    detached: true,
  });
  forwardSignals(signer);
  return statusOf(signer);
}

function forwardSignals(child: ChildProcess): void {
  for (const [signal, meant] of Object.entries(forwarded)) {
    process.on(signal, () => child.kill(meant));
  }
}

/** Resolves too when the daemon ends without having been ready. */
async function whenReady(
  { stdout }: ChildProcess,
  onReady: (ready: Addresses) => Promise<void>,
): Promise<void> {
  if (stdout === null) return;
  for await (const line of createInterface(stdout)) {
    await onReady(JSON.parse(line) as Addresses);
    break;
  }
}

/**
 * Lets a daemon make one generation and end.
 * @throws `publish.not-ready` with the reason that the daemon gave
 */
export async function makeFirstGeneration({ home, keys }: ServedHome): Promise<void> {
  const daemon = spawn(process.execPath, [programPath('daemon'), home, '--once'], {
    stdio: withDescriptors(['ignore', 'ignore', 'pipe'], keys),
  });
  const said: Buffer[] = [];
  daemon.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  if ((await statusOf(daemon)) === 0) return;
  const last = Buffer.concat(said).toString('utf8').trim().split('\n').at(-1) ?? '';
  const reason = last === '' ? 'it ended without a word' : last.replace(/^tuf-on-git: /, '');
  throw fault(
    'publish.not-ready',
    'the first generation',
    `the daemon could not make it: ${reason}`,
  );
}

/** A secret may come through a descriptor that was opened for us (`pin-source=fd:3`): it is passed on. */
function withDescriptors(
  standard: readonly ('inherit' | 'ignore' | 'pipe')[],
  keys: readonly string[],
): StdioOptions {
  const opened = keys.flatMap((uri) => {
    const source = parseKeyUri(uri).pinSource;
    return source?.kind === 'fd' ? [source.fd] : [];
  });
  const length = Math.max(standard.length, ...opened.map((fd) => fd + 1));
  return Array.from(
    { length },
    (_, fd) => standard[fd] ?? (opened.includes(fd) ? fd : ('ignore' as const)),
  );
}

function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
