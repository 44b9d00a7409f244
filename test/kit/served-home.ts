import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cliSandbox, ended, type CliRun, type CliSandbox } from './cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from './cli-home.ts';
import { cliEnvironment, type TestToken } from './softhsm.ts';

/** A HOME in a sandbox, `home` by name, which `tuf-on-git serve` serves in a process of its own. */
export interface ServedHome {
  readonly sandbox: CliSandbox;
  readonly made: InitAnswer;
  readonly content: string;
  readonly console: string;
  /**
   * A workspace in a folder of that name, cloned with the person's own token and key by somebody who
   * has no git.
   * @param url of the console, or of what stands before it
   */
  maintainer(name: string, url?: string): Promise<Maintainer>;
  close(): Promise<void>;
}

export interface Maintainer {
  /** `tuf-on-git …` in the workspace, however it ends. */
  run(...args: string[]): Promise<CliRun>;
  /** The same; fails unless it succeeds. */
  ok(...args: string[]): Promise<CliRun>;
}

const withoutGit = { PATH: '/nowhere' };

export interface ServedOptions {
  /** Options of `init` beside the usual ones. */
  readonly init?: readonly string[];
  /** What is done in the sandbox before it is served. */
  readonly prepare?: (sandbox: CliSandbox) => Promise<unknown>;
  /** For the online key; absent: it is in a file. */
  readonly token?: TestToken | undefined;
}

export async function servedHome({
  init,
  prepare,
  token,
}: ServedOptions = {}): Promise<ServedHome> {
  const sandbox = await cliSandbox();
  await makePlainKeys(sandbox);
  const made = await initHome(sandbox, 'home', init, token);
  await prepare?.(sandbox);
  const daemon = sandbox.start(['serve', 'home', '--json-ready'], { env: cliEnvironment(token) });
  const end = ended(daemon);
  assert.ok(daemon.stdout);
  const [line] = (await once(createInterface(daemon.stdout), 'line')) as [string];
  const urls = JSON.parse(line) as { content: string; console: string };
  return {
    sandbox,
    made,
    ...urls,
    maintainer: async (name, url = urls.console) => {
      const token = await sandbox.ok(['token', 'add', 'home', name]);
      await writeFile(path.join(sandbox.dir, `${name}.token`), token, { mode: 0o600 });
      const pin = ['--root-sha256', made.rootSha256, '--key', `file:${name}.json`];
      const clone = ['clone', url, name, ...pin, '--token-file', `${name}.token`];
      await sandbox.ok(clone, { env: withoutGit });
      return maintainerAt(sandbox, name);
    },
    close: async () => {
      daemon.kill('SIGTERM');
      await end;
      await sandbox.remove();
    },
  };
}

function maintainerAt(sandbox: CliSandbox, name: string): Maintainer {
  const cwd = path.join(sandbox.dir, name);
  const run = (...args: string[]) => sandbox.run(args, { cwd, env: withoutGit });
  return {
    run,
    ok: async (...args) => {
      const ended = await run(...args);
      assert.equal(ended.status, 0, ended.stderr);
      return ended;
    },
  };
}
