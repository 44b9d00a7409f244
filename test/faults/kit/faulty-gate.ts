import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gatedRepository, type GatedRepository } from '../../kit/gated-repository.ts';
import type { GitRun } from '../../kit/git.ts';
import { makeFifo, putIntoHook, type Fifo } from '../../kit/hook-script.ts';
import {
  entryOf,
  fileOf,
  people,
  putRole,
  putTarget,
  roleSigned,
  validTree,
  type Tree,
} from '../../kit/source-tree.ts';

const start = validTree();

/** A repository behind the real hook, with one push accepted as loose objects, whose surroundings a test breaks. */
export interface FaultyGate {
  readonly gated: GatedRepository;
  /** Shell that the hook runs before its program, from now on. */
  breakHook(...lines: readonly string[]): Promise<void>;
  /** Puts a program of this name before every other on the hook's PATH: the lines of a script. */
  breakCommand(name: string, ...lines: readonly string[]): Promise<void>;
  /** Has Node run this before the program of the hook. */
  breakProgram(script: string): Promise<void>;
  /** Takes one object out of the repository; what is returned puts it back. */
  lose(name: string): Promise<() => Promise<void>>;
  /** A FIFO: the hook may wait at it, or be waited for. */
  fifo(name: string): Fifo;
  /** Pushes the next version of alice's role with one more target of that size: the same each time. */
  push(options?: PushOptions): Promise<GitRun>;
  /** Fails unless the push was refused and the repository is as it was before. */
  refused(run: GitRun, code?: string): Promise<void>;
  /** Repairs the hook; fails unless the next push is accepted. */
  recovers(): Promise<void>;
  /** What the operator reads. */
  failures(): Promise<string>;
}

export interface PushOptions {
  readonly targetBytes?: number;
  /** Of the role, beside the usual ones. */
  readonly entries?: number;
  readonly receivePack?: string;
}

/** One for each test of the suite that calls this. */
export function faultyGate(): () => FaultyGate {
  let gate: FaultyGate | undefined;
  beforeEach(async () => {
    gate = await makeGate();
  });
  afterEach(async () => {
    await gate?.gated.sandbox.remove();
  });
  return () => gate ?? assert.fail('the gate is made before each test');
}

async function makeGate(): Promise<FaultyGate> {
  const gated = await gatedRepository(start.get('metadata/root.json') ?? Buffer.of());
  const { dir, bare } = gated.sandbox;
  const hook = path.join(dir, 'hooks', 'pre-receive');
  await gated.sandbox.ok(['config', 'receive.unpackLimit', '1000']);
  await gated.commit(start);
  accepted(await gated.push());
  const [whole, before] = [await readFile(hook, 'utf8'), await stateOf(bare)];
  let committed: Promise<string> | undefined;
  const breakHook: FaultyGate['breakHook'] = (...lines) =>
    putIntoHook(hook, 'pre-receive', ...lines);
  return {
    gated,
    breakHook,
    breakCommand: async (name, ...lines) => {
      const folder = path.join(dir, 'broken');
      await mkdir(folder, { recursive: true });
      const file = path.join(folder, name);
      await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'));
      await chmod(file, 0o755);
      await breakHook(`PATH=${folder}:$PATH`, 'export PATH');
    },
    breakProgram: async (script) => {
      const file = path.join(dir, 'before.cjs');
      await writeFile(file, script);
      await breakHook(`NODE_OPTIONS='--require ${file}'`, 'export NODE_OPTIONS');
    },
    lose: async (name) => {
      const oid = await gated.sandbox.ok(['rev-parse', name]);
      const file = path.join(bare, 'objects', oid.slice(0, 2), oid.slice(2));
      await rename(file, path.join(dir, 'lost'));
      return () => rename(path.join(dir, 'lost'), file);
    },
    fifo: (name) => makeFifo(path.join(dir, name)),
    push: async ({ receivePack, ...size } = {}) => {
      committed ??= gated.commit(nextTree(size));
      await committed;
      const program = receivePack === undefined ? [] : [`--receive-pack=${receivePack}`];
      return gated.push(...program, 'origin', 'HEAD:refs/heads/main');
    },
    refused: async (run, code) => {
      assert.notEqual(run.status, 0);
      if (code !== undefined) assert.deepEqual(gated.refusals(run), [code], run.stderr);
      assert.doesNotMatch(run.stderr, /\n(remote:)?\s+at |stack trace|\.cjs/);
      assert.deepEqual(await stateOf(bare), before);
      await gated.sandbox.ok(['fsck', '--strict', '--no-dangling']);
    },
    recovers: async () => {
      await writeFile(hook, whole);
      accepted(await gated.push());
    },
    failures: async () => {
      const logs = (await readdir(dir)).filter((name) => name.startsWith('hook-failures.log'));
      return (await Promise.all(logs.map((log) => readFile(path.join(dir, log), 'utf8')))).join('');
    },
  };
}

function accepted(run: GitRun): void {
  assert.equal(run.status, 0, run.stderr);
}

function nextTree({ targetBytes = 10, entries = 0 }: PushOptions): Tree {
  const tree = new Map(start);
  const target = 'alice-project/tool/2.0.0/tool.tgz';
  putTarget(tree, target, randomBytes(Math.ceil(targetBytes / 2)).toString('hex'));
  const more = Array.from({ length: entries }, (_, index) => {
    const name = `alice-project/tool/2.0.${index}/tool.tgz`;
    putTarget(tree, name, 'the same');
    return [name, entryOf(tree, name)] as const;
  });
  const known = [fileOf.alice, target].map((name) => [name, entryOf(tree, name)] as const);
  putRole(tree, 'alice', roleSigned(2, Object.fromEntries([...known, ...more])), [people.alice]);
  return tree;
}

/** Refs, their logs, and the name of every object file: all that a push may change. */
async function stateOf(bare: string): Promise<readonly string[]> {
  const names = await readdir(bare, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const described = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    const text = /\/(refs|logs)\//.test(file) ? await readFile(file, 'utf8') : '';
    return `${path.relative(bare, file)} ${text}`;
  });
  return (await Promise.all(described)).sort();
}
