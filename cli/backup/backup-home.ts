import { chmod, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { copyOne, copyTree } from '../../core/files/copy-tree.ts';
import { openBareRepository } from '../../core/git/binary/bare-repository.ts';
import { copyBareRepository } from '../../core/git/binary/copy-bare.ts';
import { recordRef } from '../../core/gate/published.ts';
import { openHome } from '../../core/home/home.ts';
import { homePaths, type HomePaths } from '../../core/home/layout.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { inTemporaryHome } from '../ceremony/temporary-home.ts';
import { writeBackupFile, type BackupFile } from './backup-file.ts';

export interface BackupWishes {
  /** False where the signer's folder is of another account, which keeps its own backup. */
  readonly signer: boolean;
  readonly now: Date;
}

/**
 * Copies a HOME, while its daemon runs if it does. In it are the online keys that are files, so it
 * is for nobody else to read.
 *
 * The repository comes first: blobs that its commits name are there before they are. `public/` can
 * be made again, and of HOME/state only what is worth something elsewhere is copied.
 * @param destination absolute; absent or empty
 * @throws `home.*`, `repository.*`
 */
export async function backupHome(
  directory: string,
  destination: string,
  wishes: BackupWishes,
): Promise<BackupFile> {
  const { paths: from } = await openHome(directory);
  if (await liesIn(from.home, destination)) {
    throw fault('usage.argument', destination, 'a backup does not go into the HOME itself');
  }
  return inTemporaryHome(destination, async (folder) => {
    await chmod(folder, 0o700);
    const to = homePaths(folder);
    const refs = await copyBareRepository(from.repository, to.repository);
    const commit = refs.find(({ name }) => name === mainRef)?.oid ?? '';
    await copyTree(from.blobs, to.blobs, { leaveOut: (name) => name === 'incoming' });
    await copyState(from, to);
    if (wishes.signer) await readable(from.signer, copyTree(from.signer, to.signer));
    await copyTree(from.home, folder, { leaveOut: isCopiedApart(from) });
    // It has the mode of HOME now, which others may be able to enter.
    await chmod(folder, 0o700);
    const takenAt = wishes.now.toISOString();
    const { signer } = wishes;
    const file = { format: 1, takenAt, commit, ...(await versionsIn(to)), signer } as const;
    await writeBackupFile(folder, file);
    return file;
  });
}

/** Wherever links lead. The destination need not be there; without its parent it is nowhere. */
async function liesIn(home: string, destination: string): Promise<boolean> {
  const parent = await realpath(path.dirname(destination)).catch(() => undefined);
  if (parent === undefined) return false;
  const place = path.join(parent, path.basename(destination));
  const relative = path.relative(await realpath(home), place);
  return relative !== '..' && !relative.startsWith('../');
}

/** Versions that must not be used again; a lock and a mark of the other machine are of no use. */
async function copyState(from: HomePaths, to: HomePaths): Promise<void> {
  await mkdir(to.state);
  for (const name of ['journal.json', 'online-keys.json', 'hook-failures.log']) {
    await copyOne(path.join(from.state, name), path.join(to.state, name));
  }
}

function isCopiedApart({ home, repository, blobs, state, signer, public: published }: HomePaths) {
  const apart = new Set([repository, blobs, state, signer, published]);
  // By a dot-name another process writes a file at this moment, or says that it does.
  return (name: string) => name.startsWith('.') || apart.has(path.join(home, name));
}

async function versionsIn({ repository }: HomePaths) {
  const { readRecord } = await import('../../daemon/record/record.ts');
  const git = openBareRepository(repository);
  try {
    const tip = await git.resolveRef(recordRef);
    const record = tip && (await readRecord(git, tip));
    return {
      snapshot: record?.snapshot.signed.version ?? 0,
      timestamp: record?.timestamp.signed.version ?? 0,
    };
  } finally {
    await git.close();
  }
}

async function readable(folder: string, copied: Promise<void>): Promise<void> {
  try {
    await copied;
  } catch (cause) {
    if (!hasCode(cause, 'EACCES', 'EPERM')) throw cause;
    throw fault('home.backup', folder, 'this account may not read it', {
      hint: 'run the backup by an account that may, or leave it to the signer’s own: --without-signer',
      cause,
    });
  }
}
