import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cliSandbox, ended, type CliRun, type CliSandbox } from '../../kit/cli.ts';
import { cloneAt, runGit, type Clone } from '../../kit/git.ts';
import {
  cliEnvironment,
  createToken,
  softHsmAvailable,
  type TestToken,
} from '../../kit/softhsm.ts';
import { until } from '../../kit/until.ts';
import type { ServedRepository } from './foreign-client.ts';
import { newMaintainer, type Maintainer } from './maintainer.ts';
import { SourceEditor } from './source-editor.ts';

export type PersonName = 'alice' | 'bob' | 'carol';

/**
 * A HOME that `init` made, served by the daemon's own program and pushed to with plain git over
 * HTTP. Two of alice, bob and carol sign root, alice signs targets; each has a key of another scheme.
 */
export interface RunningRepository {
  /** Version 1 of root. */
  readonly root: Uint8Array;
  readonly served: ServedRepository;
  /** What the daemon publishes, as files. */
  readonly publicFolder: string;
  readonly people: Readonly<Record<PersonName, Maintainer>>;
  /** Pushes a change as one commit of main, through the hook, and waits until clients can see it. */
  push(change: (editor: SourceEditor) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Where the online key lives: inside a token wherever SoftHSM is installed. */
export const onlineKeyPlace = softHsmAvailable() ? 'an HSM' : 'a file, for want of SoftHSM';

export async function startRepository(): Promise<RunningRepository> {
  const sandbox = await cliSandbox();
  const token = softHsmAvailable() ? createToken() : undefined;
  let daemon: ServingDaemon | undefined;
  const stop = async () => {
    daemon?.process.kill('SIGTERM');
    const run = await daemon?.end;
    token?.dispose();
    await sandbox.remove();
    if (run !== undefined) assert.equal(run.status, 0, run.stderr);
  };
  try {
    const people = await enter(sandbox);
    const home = await init(sandbox, people, token);
    daemon = await serve(sandbox, token);
    const { content, console } = daemon;
    const clone = await cloneOverHttp(sandbox, console);
    return {
      root: await readFile(path.join(home, 'trust/root.json')),
      served: { metadataUrl: `${content}/metadata`, targetUrl: `${content}/targets` },
      publicFolder: path.join(home, 'public'),
      people,
      push: (change) => push(clone, console, change),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function enter({ dir }: CliSandbox): Promise<RunningRepository['people']> {
  return {
    alice: await newMaintainer(dir, 'alice', 'ed25519'),
    bob: await newMaintainer(dir, 'bob', 'rsassa-pss-sha256'),
    carol: await newMaintainer(dir, 'carol', 'ecdsa-sha2-nistp256'),
  };
}

/** @returns the folder of HOME */
async function init(
  sandbox: CliSandbox,
  people: RunningRepository['people'],
  token: TestToken | undefined,
): Promise<string> {
  const env = cliEnvironment(token);
  const online = token?.uri('online') ?? 'file:online.json';
  const plain = token === undefined ? ['--unsafe-plaintext'] : [];
  await sandbox.ok(['key', 'generate', online, '--type', 'ecdsa', ...plain], { env });
  const options = [
    ...Object.values(people).flatMap(({ uri }) => ['--root-key', uri]),
    ...['--root-threshold', '2', '--targets-key', people.alice.uri, '--online-key', online],
    ...['--content-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'],
  ];
  await sandbox.ok(['init', 'home', ...options], { env });
  return path.join(sandbox.dir, 'home');
}

interface ServingDaemon {
  readonly process: ChildProcess;
  readonly content: string;
  readonly console: string;
  readonly end: Promise<CliRun>;
}

async function serve(sandbox: CliSandbox, token: TestToken | undefined): Promise<ServingDaemon> {
  const child = sandbox.start(['serve', 'home', '--json-ready'], { env: cliEnvironment(token) });
  const end = ended(child);
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) {
    const { content, console } = JSON.parse(line) as { content: string; console: string };
    return { process: child, content, console, end };
  }
  return assert.fail(`the daemon never served: ${(await end).stderr}`);
}

async function cloneOverHttp(sandbox: CliSandbox, consoleUrl: string): Promise<Clone> {
  const token = (await sandbox.ok(['token', 'add', 'home', 'alice'])).trim();
  const url = new URL('/repository.git', consoleUrl);
  [url.username, url.password] = ['alice', token];
  const dir = path.join(sandbox.dir, 'clone');
  const { status, stderr } = await runGit(['clone', '--quiet', url.href, dir]);
  assert.equal(status, 0, stderr);
  return cloneAt(dir);
}

async function push(
  clone: Clone,
  consoleUrl: string,
  change: (editor: SourceEditor) => Promise<void>,
): Promise<void> {
  await change(new SourceEditor(clone));
  const commit = await clone.commit('metadata: change');
  const { status, stderr } = await clone.git('push', '--quiet', 'origin', 'HEAD:main');
  if (status !== 0) await clone.ok('reset', '--quiet', '--hard', 'origin/main');
  assert.equal(status, 0, stderr);
  await until('clients can see the push', async () => {
    const response = await fetch(`${consoleUrl}/readyz`);
    const state = (await response.json()) as { readonly generation?: { readonly commit: string } };
    return state.generation?.commit === commit;
  });
}
