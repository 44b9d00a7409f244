/** `backup.json`: written last, so that a folder which has it is a whole backup. */
import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';

const version = z.int().min(0);
const schema = z.strictObject({
  format: z.literal(1),
  /** When it was begun. */
  takenAt: z.iso.datetime(),
  /** The tip of main. */
  commit: z.string(),
  /** The last generation that is in it; zeros before the first. */
  snapshot: version,
  timestamp: version,
  /** Whether the signer's folder is in it. */
  signer: z.boolean(),
});

export type BackupFile = Readonly<z.infer<typeof schema>>;

/** @throws `home.backup` when the folder is no whole backup */
export async function readBackupFile(folder: string): Promise<BackupFile> {
  try {
    return await readJsonFile(fileIn(folder), schema);
  } catch (cause) {
    if (!(cause instanceof TufOnGitError)) throw cause;
    throw fault('home.backup', folder, 'this is no whole backup of a HOME', {
      hint: 'name a folder that was made with: tuf-on-git backup HOME DEST',
      cause,
    });
  }
}

export async function writeBackupFile(folder: string, file: BackupFile): Promise<void> {
  await writeJsonFile(fileIn(folder), file);
}

export const backupFileName = 'backup.json';

function fileIn(folder: string): string {
  return path.join(folder, backupFileName);
}
