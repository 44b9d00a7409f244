import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const top = path.resolve(import.meta.dirname, '../../..');

/**
 * The files that a page shows: its fenced blocks whose first line is a comment with a file's name.
 * @returns by that name
 */
export async function snippetsOf(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path.join(top, page), 'utf8');
  const blocks = text.matchAll(/^```[a-z]+\n((?:\/\/|#) ([\w./-]+\.\w+)\n[^]*?)^```$/gm);
  return new Map([...blocks].map(([, content = '', name = '']) => [name, content]));
}

/** Writes a file below a folder, which is made for it. */
export async function place(folder: string, name: string, content: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** As `npm install` of these packages leaves a folder. */
export async function giveNodePackages(folder: string): Promise<void> {
  const modules = path.join(folder, 'node_modules');
  await mkdir(modules);
  await symlink(top, path.join(modules, 'tuf-on-git'));
  await symlink(path.join(top, 'node_modules/tuf-js'), path.join(modules, 'tuf-js'));
}

/** The last line that a program prints. @throws with what it said where it fails */
export async function lastLine(
  folder: string,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  const env = { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
  const { stdout } = await run(command, args, { cwd: folder, env, maxBuffer: 10_000_000 });
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}

export function hasProgram(command: string, ...args: readonly string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}
