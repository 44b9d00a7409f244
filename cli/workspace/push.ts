/** Sending the commit of the workspace: what the server's hook says is repeated as it came. */
import { fault, visible } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import { fetchAndMove } from './carry-over.ts';
import { commitPaths, type CommitPaths } from './commit-paths.ts';
import { commitDrafts } from './commit-drafts.ts';
import { statusesOf, workingState, type WorkingState } from './drafts.ts';
import { localVerdict } from './local-verdict.ts';
import { rememberMain } from './newest-main.ts';
import { refuseFindings } from './refuse.ts';
import { remoteMain, type Project } from './project.ts';
import { isStale, refused, send } from './send.ts';
import { forgetPending, readPending } from './settings.ts';

export interface PushOrder {
  /** Each line that the server's hook prints. */
  readonly onLine: (text: string) => void;
  readonly onProgress: (text: string) => void;
}

/** How often main may move while we push before somebody has to look. */
const mostAttempts = 3;

/**
 * Sends main. When the remote has moved on and touched none of our files, the drafts are put onto
 * its tip and sent again; a role of them that it has anew is made again, and has to be signed first.
 * @returns the commit that main is at; undefined when there was nothing to send
 * @throws the rule's code when the hook refused; `repository.refused`, `repository.unreachable`;
 *   `workspace.dirty`, `workspace.waiting`, `workspace.base`
 */
export async function pushProject(
  project: Project,
  order: PushOrder,
): Promise<ObjectId | undefined> {
  const { git } = project;
  if ((await git.changedFiles(['metadata', 'targets'])).length === 0) {
    if ((await git.head()) === (await remoteMain(git))) return undefined;
  }
  for (let attempt = 1; ; attempt += 1) {
    await refuseUnready(project, order);
    const result = await send(git, { onMessage: order.onLine });
    if (result.accepted) {
      await forgetPending(git.stateDir);
      const commit = await git.head();
      await rememberMain(git.stateDir, commit);
      return commit;
    }
    if (!isStale(result) || attempt === mostAttempts) throw refused(result, 'main');
    order.onProgress('main has moved on: putting the change onto its tip');
    await moveToTip(project, order);
  }
}

/** Fetches, verifies what came, and makes our commit anew on top of it. */
async function moveToTip(project: Project, order: PushOrder): Promise<void> {
  const pending = await readPending(project.git.stateDir);
  const remade = await fetchAndMove(project);
  for (const text of remade) order.onProgress(visible(text));
  if (remade.length > 0) {
    throw fault('workspace.waiting', 'main', 'it has the same role anew: sign again, then push', {
      hint: 'tuf-on-git sign',
    });
  }
  if (pending === undefined) return;
  const moved = await workingState(project);
  if (moved.drafts.length === 0) return;
  refuseFindings(await localVerdict(project, moved));
  await commitDrafts(project, moved, pending.author);
}

/** What is missing here would only be refused there. */
async function refuseUnready(project: Project, order: PushOrder): Promise<void> {
  const working = await workingState(project);
  const waiting = working.drafts
    .flatMap((draft) => statusesOf(draft).map((status) => ({ draft, status })))
    .find(({ status }) => !status.isComplete);
  if (waiting !== undefined) {
    const hint = 'tuf-on-git push EVENT asks the others; or they sign here, with --key';
    throw fault('workspace.waiting', waiting.draft.file, signatureWords(waiting.status), { hint });
  }
  await refuseUncommitted(project, working, order);
}

/** Files that nobody named stay behind. @throws `workspace.dirty` for drafts that are in no commit */
export async function refuseUncommitted(
  project: Project,
  working: WorkingState,
  order: PushOrder,
): Promise<CommitPaths> {
  const paths = await commitPaths(working);
  const { changed, removed, strangers } = paths;
  const [first] = await project.git.changedFiles([...changed, ...removed]);
  if (first !== undefined) throw uncommitted(first.path);
  for (const file of strangers) {
    order.onProgress(`not sent, no metadata names it: ${visible(file)}`);
  }
  return paths;
}

export function uncommitted(what: string) {
  return fault('workspace.dirty', what, 'this change is in no commit yet', {
    hint: 'tuf-on-git sign commits it',
  });
}
