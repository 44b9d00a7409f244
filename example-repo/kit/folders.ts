import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Makes `to` an exact copy of `from`, whatever it held before. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}

/** Writes a file and the folders above it. */
export async function writeFileAt(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Changes a JSON file by hand, as anybody can who may write to it. */
export async function editJson<T>(file: string, edit: (json: T) => T): Promise<void> {
  const json = JSON.parse(await readFile(file, 'utf8')) as T;
  await writeFile(file, `${JSON.stringify(edit(json), null, 2)}\n`);
}
