/**
 * Where a change becomes a commit before anybody has accepted it: objects in a folder of their own,
 * with those of the repository behind them, as in the quarantine of a push. From here they get into
 * the repository by `git push` alone, past the hook.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  gitRepository,
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { ended, startGit } from '../../../core/git/binary/git-command.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';

export interface Scratch {
  /** The repository as it is, with what is written here. */
  readonly git: BareRepository;
  push(commit: ObjectId, ref: string, user: string): Promise<PushOutcome>;
  /** Takes the folder away. */
  close(): Promise<void>;
}

export interface PushOutcome {
  readonly isAccepted: boolean;
  /** What git and the hook said. */
  readonly text: string;
}

/** A push waits for the hook, which has a deadline of its own. */
const pushTimeoutMs = 180_000;
const maxTextBytes = 256 * 1024;

/** Makes the folder of scratches anew: what a daemon that was killed has left there goes. */
export async function emptyScratches(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
}

/** @param dir of the bare repository */
export async function openScratch(dir: string, folder: string): Promise<Scratch> {
  const objects = await mkdtemp(path.join(folder, 'objects-'));
  const quarantine = {
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(dir, 'objects'),
  };
  const git = openBareRepository(dir, { quarantine, throwAway: true });
  return {
    git,
    push: (commit, ref, user) => push(dir, quarantine, `${commit}:${ref}`, user),
    close: async () => {
      await git.close();
      await rm(objects, { recursive: true, force: true });
    },
  };
}

async function push(
  dir: string,
  quarantine: NodeJS.ProcessEnv,
  refspec: string,
  user: string,
): Promise<PushOutcome> {
  const repository = gitRepository(dir, { quarantine, timeoutMs: pushTimeoutMs });
  const args = ['push', '--porcelain', '--no-verify', repository.dir, refspec];
  // As git over HTTP names whoever pushes: for the log of the ref, and for the hook.
  const who = {
    REMOTE_USER: user,
    GIT_COMMITTER_NAME: user,
    GIT_COMMITTER_EMAIL: `${user}@tokens`,
  };
  const child = startGit(repository, args, who, pushTimeoutMs);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      if (text.length < maxTextBytes) text += piece;
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  const { status } = await ended(child);
  return { isAccepted: status === 0, text };
}
