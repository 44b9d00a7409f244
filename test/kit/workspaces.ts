import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { register as accept } from '../../cli/commands/accept.ts';
import { register as add } from '../../cli/commands/add.ts';
import { register as clone } from '../../cli/commands/clone.ts';
import { register as event } from '../../cli/commands/event.ts';
import { register as push } from '../../cli/commands/push.ts';
import { register as remove } from '../../cli/commands/remove.ts';
import { register as role } from '../../cli/commands/role.ts';
import { register as sign } from '../../cli/commands/sign.ts';
import { register as status } from '../../cli/commands/status.ts';
import { register as upload } from '../../cli/commands/upload.ts';
import { makeOutput } from '../../cli/terminal/output.ts';
import { makeQuestions, type Questions } from '../../cli/terminal/questions.ts';
import { reportFailure } from '../../cli/terminal/report-failure.ts';
import type { Code } from '../../core/error/codes.ts';
import { keyFileFormat } from '../../core/signers/key-file.ts';
import { gatedRepository, type GatedRepository } from './gated-repository.ts';
import { people, validTree, type TestKey, type Tree } from './source-tree.ts';

export type PersonName = keyof typeof people;

/** A repository behind the real hook, holding `validTree()`, and people with workspaces of it. */
export interface Workspaces {
  readonly gated: GatedRepository;
  readonly dir: string;
  /** `file:…` of the key of one of `people`, unencrypted. */
  keyUri(name: PersonName): string;
  /** `sign --yes` by the keys of these people, whatever the workspace remembers. */
  signAs(...names: readonly PersonName[]): readonly string[];
  /** The public key file of one of `people`. */
  publicKey(name: PersonName): string;
  /** A workspace in `dir/name` that remembers these people's keys, trusting root 1. */
  clone(name: string, ...keys: PersonName[]): Promise<MaintainerWorkspace>;
  /** As `clone`, under a name of its own. */
  freshClone(...keys: PersonName[]): Promise<MaintainerWorkspace>;
  /** Runs a command of the workspace's family in a folder, without a terminal. */
  run(cwd: string, ...args: string[]): Promise<CommandRun>;
  /** The text of a file as main of the server has it; rejects when there is none. */
  onMain(file: string): Promise<string>;
  remove(): Promise<void>;
}

export interface MaintainerWorkspace {
  readonly dir: string;
  run(...args: string[]): Promise<CommandRun>;
  /** The same with somebody at the terminal. */
  ask(ask: Questions, ...args: string[]): Promise<CommandRun>;
  /** What it printed on stdout; fails for a status other than 0. */
  ok(...args: string[]): Promise<string>;
  /** Fails unless the command ends with this status and this code. */
  refused(status: number, code: Code, ...args: string[]): Promise<CommandRun>;
  /** Writes a file beside the workspace and returns its path: something to add. */
  file(name: string, content: string): Promise<string>;
}

export interface CommandRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const allKeys = Object.keys(people) as PersonName[];

/** @param isOld the tree came in long ago, when it had not expired: the hook is not asked again */
export async function workspaces(
  tree: Tree = validTree(),
  { isOld = false }: { readonly isOld?: boolean } = {},
): Promise<Workspaces> {
  const root = tree.get('metadata/root_history/1.root.json') ?? Buffer.of();
  const gated = await gatedRepository(root);
  const { dir } = gated.sandbox;
  const keyFile = (name: PersonName) => path.join(dir, 'keys', `${name}.json`);
  await mkdir(path.join(dir, 'keys'));
  for (const name of allKeys) await writeKeyFiles(keyFile(name), people[name]);
  const first = await gated.commit(tree);
  if (isOld) {
    await gated.sandbox.ok(['fetch', '--quiet', gated.clone.dir, `${first}:refs/heads/main`]);
  } else {
    const pushed = await gated.push();
    assert.equal(pushed.status, 0, pushed.stderr);
  }
  let clones = 0;
  const kit: Workspaces = {
    gated,
    dir,
    keyUri: (name) => `file:${keyFile(name)}`,
    signAs: (...names) => [
      'sign',
      '--yes',
      ...names.flatMap((name) => ['--key', kit.keyUri(name)]),
    ],
    publicKey: (name) => keyFile(name).replace(/json$/, 'pub'),
    clone: async (name, ...keys) => {
      const options = keys.flatMap((key) => ['--key', kit.keyUri(key)]);
      const pin = ['--root', path.join(dir, 'root.json')];
      const made = await runCommand(dir, ['clone', gated.sandbox.bare, name, ...pin, ...options]);
      assert.equal(made.status, 0, made.stderr);
      return workspaceAt(path.join(dir, name));
    },
    freshClone: (...keys) => kit.clone(`work${(clones += 1)}`, ...keys),
    run: (cwd, ...args) => runCommand(cwd, args),
    onMain: (file) => gated.sandbox.ok(['show', `main:${file}`]),
    remove: () => gated.sandbox.remove(),
  };
  return kit;
}

export function workspaceAt(dir: string): MaintainerWorkspace {
  const run = (...args: string[]) => runCommand(dir, args);
  return {
    dir,
    run,
    ask: (ask, ...args) => runCommand(dir, args, ask),
    ok: async (...args) => {
      const { status, stdout, stderr } = await run(...args);
      assert.equal(status, 0, `tuf-on-git ${args.join(' ')} said: ${stderr}`);
      return stdout;
    },
    refused: async (status, code, ...args) => {
      const ended = await run(...args);
      const last = ended.stderr.trimEnd().split('\n').at(-1) ?? '';
      assert.ok(last.startsWith(`tuf-on-git: [${code}] `), `${code} expected: ${ended.stderr}`);
      assert.equal(ended.status, status, ended.stderr);
      return ended;
    },
    file: async (name, content) => {
      const file = path.join(path.dirname(dir), name);
      await writeFile(file, content);
      return file;
    },
  };
}

async function runCommand(
  cwd: string,
  args: readonly string[],
  ask: Questions = makeQuestions(false),
): Promise<CommandRun> {
  const out: string[] = [];
  const err: string[] = [];
  const cli = {
    out: makeOutput({ write: (text) => out.push(text) }, { write: (text) => err.push(text) }, {}),
    ask,
    cwd,
    env: {},
    now: () => new Date(),
  };
  const program = new Command('tuf-on-git').exitOverride().configureOutput({
    outputError: (text) => {
      cli.out.error(text.trim());
    },
  });
  for (const register of [clone, status, add, remove, role, sign, push, event, accept, upload]) {
    register(program, cli);
  }
  const ended = { stdout: () => out.join(''), stderr: () => err.join('') };
  try {
    await program.parseAsync(args, { from: 'user' });
    return { status: 0, stdout: ended.stdout(), stderr: ended.stderr() };
  } catch (error) {
    const status = reportFailure(error, cli);
    return { status, stdout: ended.stdout(), stderr: ended.stderr() };
  }
}

/** The key unencrypted in `file`, and its public part in the `.pub` beside it. */
export async function writeKeyFiles(file: string, { json, privateKey }: TestKey): Promise<void> {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const contents = { format: keyFileFormat, key: json, unsafePlaintext: pkcs8.toString('base64') };
  await writeFile(file, JSON.stringify(contents), { mode: 0o600 });
  await writeFile(file.replace(/json$/, 'pub'), JSON.stringify(json));
}
