/**
 * Onto a newer main: drafts whose files nobody else touched meanwhile are the next version still, so
 * they keep their signatures. The others are made again, and have to be signed again.
 */
import { fault } from '../../core/error/error.ts';
import type { Base } from './base.ts';
import { commitPaths } from './commit-paths.ts';
import { workingState, type WorkingState } from './drafts.ts';
import { remoteMain, verifiedMain, type Project } from './project.ts';
import { remadeDraft, type RemadeDraft } from './remade-draft.ts';
import { forgetPending, readPending } from './settings.ts';
import { readTreeFile, removeTreeFile, writeTreeFile } from './tree-files.ts';

/**
 * Fetches main, verifies it, moves the workspace there and puts the drafts back, uncommitted.
 * @returns what is to be said of drafts that were made again
 * @throws `workspace.base` when main changed the same in one of the files, `workspace.dirty` for
 *   changed files that are no drafts; then the drafts are where they were
 */
export async function fetchAndMove(project: Project): Promise<readonly string[]> {
  await project.git.fetch();
  const working = await workingState(project);
  const tip = await remoteMain(project.git);
  return tip === working.base.commit ? [] : carryOver(project, working);
}

async function carryOver(project: Project, working: WorkingState): Promise<readonly string[]> {
  const { git } = project;
  const tip = await verifiedMain(project);
  const { files, remade } = await ownFiles(project, working, tip);
  let drafts = files;
  try {
    await setBack(project, working.base, files.keys());
    drafts = new Map([...files, ...[...remade].map(([file, { bytes }]) => [file, bytes] as const)]);
  } finally {
    for (const [file, bytes] of drafts) await write(git.dir, file, bytes);
  }
  return [...remade.values()].map(({ line }) => line);
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

interface OwnFiles {
  /** Those that differ from the base, with their content; undefined for a removed one. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>;
  /** Of those the ones that main has changed too. */
  readonly remade: ReadonlyMap<string, RemadeDraft>;
}

/** @throws `workspace.base` for one that main has changed too, and that cannot be made again */
async function ownFiles(
  { git, now }: Project,
  working: WorkingState,
  tip: Base,
): Promise<OwnFiles> {
  const { changed, removed } = await commitPaths(working);
  const files = new Map<string, Uint8Array | undefined>();
  const remade = new Map<string, RemadeDraft>();
  for (const file of [...changed, ...removed]) {
    const [ours, base, theirs] = await Promise.all([
      readTreeFile(git.dir, file),
      git.readAt(working.base.commit, file),
      git.readAt(tip.commit, file),
    ]);
    files.set(file, ours);
    if (isSame(base, theirs) || isSame(ours, theirs)) continue;
    const again = ours && remadeDraft(working, tip, file, now);
    if (again === undefined || again.conflicts.length > 0) throw movedOn(file, again?.conflicts);
    remade.set(file, again);
  }
  return { files, remade };
}

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

/** What there is to do about a file that main and the workspace have both changed. */
export function movedOn(file: string, conflicts: readonly string[] = []) {
  const what = conflicts.length === 0 ? 'this file' : conflicts.join(', ');
  return fault('workspace.base', file, `main has changed ${what} since you began`, {
    hint: `make your change again on theirs: after git checkout origin/main -- ${file}, or in a new clone`,
  });
}

async function write(dir: string, file: string, bytes: Uint8Array | undefined): Promise<void> {
  if (bytes === undefined) await removeTreeFile(dir, file);
  else await writeTreeFile(dir, file, bytes);
}
