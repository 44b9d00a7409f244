import { chown, copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const programs = path.resolve(import.meta.dirname, '../../dist/bin');

/** Nobody's, and one group that both are in. Only root may start programs under them. */
export const accounts = { signer: 64_201, daemon: 64_202, group: 64_203 };

/** Puts built programs where these accounts can read them. */
export async function copyPrograms(folder: string): Promise<void> {
  for (const name of ['signer.cjs', 'daemon.cjs']) {
    await copyFile(path.join(programs, name), path.join(folder, name));
  }
}

/** Hands a folder and what is in it to an account. */
export async function give(folder: string, uid: number): Promise<void> {
  const inside = await readdir(folder, { recursive: true });
  for (const name of ['', ...inside]) await chown(path.join(folder, name), uid, accounts.group);
}
