/**
 * Onto a newer main: drafts whose files nobody else touched meanwhile are the next version still, so
 * they keep their signatures.
 */
import { fault } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Base } from './base.ts';
import { commitPaths } from './commit-paths.ts';
import { workingState, type WorkingState } from './drafts.ts';
import { remoteMain, verifiedMain, type Project } from './project.ts';
import { forgetPending, readPending } from './settings.ts';
import { readTreeFile, removeTreeFile, writeTreeFile } from './tree-files.ts';

/**
 * Fetches main, verifies it, moves the workspace there and puts the drafts back, uncommitted.
 * @throws `workspace.base` when main changed one of the same files, `workspace.dirty` for changed
 *   files that are no drafts; then the drafts are where they were
 */
export async function fetchAndMove(project: Project): Promise<void> {
  await project.git.fetch();
  const working = await workingState(project);
  const tip = await remoteMain(project.git);
  if (tip !== working.base.commit) await carryOver(project, working);
}

async function carryOver(project: Project, working: WorkingState): Promise<void> {
  const { git } = project;
  const tip = await verifiedMain(project);
  const drafts = await ownFiles(project, working, tip.commit);
  try {
    await setBack(project, working.base, drafts.keys());
  } finally {
    for (const [file, bytes] of drafts) await write(git.dir, file, bytes);
  }
}

/**
 * Takes drafts out of the workspace, so that it is at main as last fetched.
 * @param files of the drafts; all else that was changed stays
 * @throws `workspace.dirty` when main has changed one of these too
 */
export async function setBack(
  { git }: Pick<Project, 'git'>,
  base: Base,
  files: Iterable<string>,
): Promise<void> {
  const pending = await readPending(git.stateDir);
  if (pending?.commit === (await git.head())) await git.rewind(base.commit);
  await forgetPending(git.stateDir);
  for (const file of files) await write(git.dir, file, await git.readAt(base.commit, file));
  await git.fastForward();
}

/** Files that differ from the base and from main, with their content; undefined for a removed one. */
async function ownFiles(
  project: Project,
  working: WorkingState,
  tip: ObjectId,
): Promise<ReadonlyMap<string, Buffer | undefined>> {
  const { git } = project;
  const { changed, removed } = await commitPaths(working);
  const own = new Map<string, Buffer | undefined>();
  for (const file of [...changed, ...removed]) {
    const [ours, base, theirs] = await Promise.all([
      readTreeFile(git.dir, file),
      git.readAt(working.base.commit, file),
      git.readAt(tip, file),
    ]);
    if (!isSame(base, theirs) && !isSame(ours, theirs)) throw movedOn(file);
    own.set(file, ours);
  }
  return own;
}

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

/** What there is to do about a file that main and the workspace have both changed. */
export function movedOn(file: string) {
  return fault('workspace.base', file, 'main has changed this file since you began', {
    hint: `take theirs (git checkout origin/main -- ${file}) and make your change again`,
  });
}

async function write(dir: string, file: string, bytes: Buffer | undefined): Promise<void> {
  if (bytes === undefined) await removeTreeFile(dir, file);
  else await writeTreeFile(dir, file, bytes);
}
