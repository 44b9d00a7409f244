/**
 * How long from `git push` to a client seeing it, against the same push into a bare repository with
 * an empty Node hook and no daemon. Both in one run, in turn: real git, the built hook, daemon and
 * signer, an unencrypted file key.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { installHooks } from '../hooks/install.ts';
import { cloneAt, gitSandbox, runGit, type Clone, type GitSandbox } from '../test/kit/git.ts';
import { addRelease, makeHome, type TestHome } from '../test/kit/home.ts';

const pushes = 50;
const warmUps = 3;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const bin = path.resolve(import.meta.dirname, '../dist/bin');

const home = await makeHome();
const yardstick = await emptyRepository(home);
const daemon = await serve(home);
const clone = await cloneOf(home);
try {
  const ours: number[] = [];
  const empty: number[] = [];
  for (let run = -warmUps; run < pushes; run += 1) {
    await commitRelease(clone, home, run + warmUps);
    const bare = await timePush(clone, yardstick.bare);
    const visible = await timeVisible(clone, home, daemon.content, run + warmUps + 2);
    if (run < 0) continue;
    empty.push(bare);
    ours.push(visible);
  }
  report(ours, empty);
} finally {
  await daemon.stop();
  await yardstick.remove();
  await home.remove();
}

function report(ours: readonly number[], empty: readonly number[]): void {
  const base = quantile(empty, 0.5);
  const middle = quantile(ours, 0.5);
  const ratios = ours.map((each) => each / base);
  const common = { bench: 'publish', runs: ours.length };
  const range = { min: round(Math.min(...ratios)), max: round(Math.max(...ratios)) };
  print({
    ...common,
    figure: 'push-to-visible',
    ratio: round(middle / base),
    yardstick: 'same push, empty Node hook, no daemon',
    ...range,
  });
  print({
    ...common,
    figure: 'p99-vs-p50',
    ratio: round(quantile(ours, 0.99) / middle),
    yardstick: 'push-to-visible p50',
    min: round(Math.min(...ours) / middle),
    max: round(Math.max(...ours) / middle),
  });
  const texts = [base, middle, quantile(ours, 0.99)].map((each) => each.toFixed(0));
  process.stderr.write(
    `publish: empty hook p50 ${texts[0] ?? ''} ms; to visible p50 ${texts[1] ?? ''} ms, p99 ${texts[2] ?? ''} ms\n`,
  );
}

/** The same commits, a hook that does nothing, nobody who publishes. */
async function emptyRepository(home: TestHome): Promise<GitSandbox> {
  const sandbox = await gitSandbox();
  const program = path.join(sandbox.dir, 'empty.cjs');
  await writeFile(program, '');
  await sandbox.hook('pre-receive', `exec '${process.execPath}' '${program}'`);
  await sandbox.ok(['fetch', '--quiet', home.paths.repository, 'main:refs/heads/main']);
  return sandbox;
}

interface Served {
  readonly content: string;
  stop(): Promise<void>;
}

async function serve({ dir, paths }: TestHome): Promise<Served> {
  await installHooks({
    hooksDir: paths.hooks,
    pinnedRoot: paths.pinnedRoot,
    onlineKeys: paths.onlineKeys,
    failureLog: paths.hookFailures,
    nudgeSocket: paths.nudgeSocket,
    programs: {
      preReceive: path.join(bin, 'pre-receive.cjs'),
      postReceive: path.join(bin, 'post-receive.cjs'),
    },
  });
  const args = [path.join(bin, 'daemon.cjs'), dir, '--json-ready'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { content } = JSON.parse(line) as { content: string };
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { content, stop };
  }
  throw new RangeError('the daemon never served');
}

async function cloneOf({ dir, paths }: TestHome): Promise<Clone> {
  const folder = path.join(dir, 'clone');
  await runGit(['clone', '--quiet', paths.repository, folder]);
  return cloneAt(folder);
}

async function commitRelease(clone: Clone, home: TestHome, count: number): Promise<void> {
  const before = new Map(home.tree);
  addRelease(home.tree, `alice-project/tool/1.0.${count + 1}/tool.tgz`, `release ${count}`);
  for (const [file, bytes] of home.tree) {
    if (before.get(file) !== bytes) await clone.write(file, bytes);
  }
  await clone.commit(`release ${count}`);
}

async function timePush(clone: Clone, to: string): Promise<number> {
  const start = performance.now();
  await clone.ok('push', '--quiet', to, 'HEAD:refs/heads/main');
  return performance.now() - start;
}

async function timeVisible(
  clone: Clone,
  { paths }: TestHome,
  content: string,
  version: number,
): Promise<number> {
  const start = performance.now();
  await clone.ok('push', '--quiet', paths.repository, 'HEAD:refs/heads/main');
  while ((await timestampVersion(content)) < version) await pause();
  return performance.now() - start;
}

function timestampVersion(content: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${content}/metadata/timestamp.json`, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve((JSON.parse(text) as { signed: { version: number } }).signed.version);
      });
    });
    asked.on('error', reject).end();
  });
}

/** Between two looks of the waiting client. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function print(figure: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}
