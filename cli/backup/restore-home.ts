import { mkdir, rm } from 'node:fs/promises';
import { copyTree } from '../../core/files/copy-tree.ts';
import { homePaths } from '../../core/home/layout.ts';
import { writeRestored } from '../../core/home/restored.ts';
import { inTemporaryHome } from '../ceremony/temporary-home.ts';
import { installHomeHooks } from '../hooks.ts';
import { backupFileName, readBackupFile, type BackupFile } from './backup-file.ts';

/**
 * Makes a HOME of a backup, whole or not at all. It remembers that it is one, so its daemon signs
 * nothing before it is known what clients have seen since.
 * @param home absolute; absent or empty
 * @throws `home.backup`, `home.exists`
 */
export async function restoreHome(source: string, home: string): Promise<BackupFile> {
  const backup = await readBackupFile(source);
  await inTemporaryHome(home, async (folder) => {
    const paths = homePaths(folder);
    await copyTree(source, folder, { leaveOut: (name) => name === backupFileName });
    await mkdir(paths.public, { recursive: true });
    await mkdir(paths.signer, { recursive: true, mode: 0o700 });
    // Written anew: the programs may be elsewhere on this machine.
    await rm(paths.hooks, { recursive: true, force: true });
    await installHomeHooks(paths);
    const { takenAt, signer } = backup;
    await writeRestored(paths.restored, { takenAt, signer });
  });
  return backup;
}
