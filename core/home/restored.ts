/**
 * `HOME/state/restored.json`: this HOME came out of a backup, so what it remembers of itself is old.
 * The daemon removes it once it is certain of what clients have seen (daemon/publish/floor.ts).
 */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { TufOnGitError } from '../error/error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const schema = z.strictObject({
  format: z.literal(1),
  /** When the backup was made. */
  takenAt: z.iso.datetime(),
  /** Whether the signer's folder, and with it the signer's floor, came out of the backup too. */
  signer: z.boolean(),
});

export type Restored = Readonly<Omit<z.infer<typeof schema>, 'format'>>;

/** Undefined when this HOME was not restored. @throws `home.configuration` */
export async function readRestored(file: string): Promise<Restored | undefined> {
  try {
    const { takenAt, signer } = await readJsonFile(file, schema);
    return { takenAt, signer };
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'home.missing') return undefined;
    throw error;
  }
}

export async function writeRestored(file: string, restored: Restored): Promise<void> {
  await writeJsonFile(file, { format: 1, ...restored });
}

export async function forgetRestored(file: string): Promise<void> {
  await rm(file, { force: true });
}
