/**
 * What this workspace has seen of main and verified. Each state of main verifies by itself, the old
 * ones too: only who remembers the newest one notices a server that goes back.
 */
import { fault } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Workspace } from '../../core/git/workspace/workspace.ts';
import { readNewestMain, writeNewestMain } from './settings.ts';

/** @throws `rollback.main` when the history of `main` does not hold the newest one verified here */
export async function refuseOlderMain(
  git: Pick<Workspace, 'stateDir' | 'mergeBase'>,
  main: ObjectId,
): Promise<void> {
  const newest = await readNewestMain(git.stateDir);
  if (newest === undefined || newest === main) return;
  if ((await git.mergeBase(newest, main)) === newest) return;
  const message = `the server shows ${main.slice(0, 12)}, without ${newest.slice(0, 12)}, which it had before`;
  throw fault('rollback.main', 'main', message, {
    hint: 'ask the operator by another way; only after a repair of theirs make a new clone',
  });
}

/** @param commit of main, verified and not older than what was remembered */
export async function rememberMain(stateDir: string, commit: ObjectId): Promise<void> {
  if ((await readNewestMain(stateDir)) !== commit) await writeNewestMain(stateDir, commit);
}
