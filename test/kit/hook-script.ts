import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HomePaths } from '../../core/home/layout.ts';

export type HookName = 'pre-receive' | 'post-receive';

/** By what the line is known in which an installed hook does its work. */
const works: Readonly<Record<HookName, string>> = {
  'pre-receive': 'pre-receive.cjs',
  'post-receive': 'printf',
};

/** Puts shell before the work of an installed hook, below whatever was put there before. */
export async function putIntoHook(
  hook: string,
  name: HookName,
  ...lines: readonly string[]
): Promise<void> {
  const text = await readFile(hook, 'utf8');
  const at = text.lastIndexOf('\n', text.indexOf(works[name])) + 1;
  assert.ok(at > 0);
  await replaceHook(
    hook,
    [text.slice(0, at), ...lines.map((line) => `${line}\n`), text.slice(at)].join(''),
  );
}

/** A push that starts meanwhile runs the old one or the new one. */
async function replaceHook(hook: string, text: string): Promise<void> {
  await writeFile(`${hook}.new`, text, { mode: 0o755 });
  await rename(`${hook}.new`, hook);
}

/** A place where a shell may wait, or be waited for. */
export interface Fifo {
  readonly path: string;
  /** Waits until somebody has written to it and has closed it. */
  heard(): Promise<string>;
  /** Lets go whoever waits at it. */
  release(): Promise<void>;
}

export function makeFifo(file: string): Fifo {
  execFileSync('mkfifo', [file]);
  return {
    path: file,
    heard: () => readFile(file, 'utf8'),
    // Opening waits for a reader.
    release: () => writeFile(file, 'go\n'),
  };
}

/** A hook of a HOME at which pushes stop. */
export interface HangingHook {
  /** Resolves when a push is there. */
  reached(): Promise<void>;
  /** Lets it go on; no other stops there. */
  release(): Promise<void>;
}

export async function hangingHook(
  { home, hooks }: HomePaths,
  name: HookName = 'pre-receive',
): Promise<HangingHook> {
  const hook = path.join(hooks, name);
  const before = await readFile(hook, 'utf8');
  const here = makeFifo(path.join(home, `${name}-reached`));
  const gate = makeFifo(path.join(home, `${name}-released`));
  await putIntoHook(hook, name, `echo here >'${here.path}'`, `read -r _ <'${gate.path}'`);
  return {
    reached: async () => {
      await here.heard();
    },
    release: async () => {
      await replaceHook(hook, before);
      await gate.release();
    },
  };
}
