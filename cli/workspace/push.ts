/** Sending the commit of the workspace: what the server's hook says is repeated as it came. */
import { ruleCodes } from '../../core/error/codes.ts';
import { fault, TufOnGitError, visible } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { PushResult } from '../../core/git/workspace/workspace.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import { fetchAndMove } from './carry-over.ts';
import { commitPaths } from './commit-paths.ts';
import { commitDrafts } from './commit-drafts.ts';
import { statusesOf, workingState } from './drafts.ts';
import { localVerdict } from './local-verdict.ts';
import { refuseFindings } from './refuse.ts';
import { remoteMain, type Project } from './project.ts';
import { forgetPending, readPending } from './settings.ts';

export interface PushOrder {
  /** Each line that the server's hook prints. */
  onLine(text: string): void;
  onProgress(text: string): void;
}

/** How often main may move while we push before somebody has to look. */
const mostAttempts = 3;

/**
 * Sends main. When the remote has moved on and touched none of our files, the drafts are put onto
 * its tip and sent again.
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
    const result = await send(project, order);
    if (result.accepted) {
      await forgetPending(git.stateDir);
      return git.head();
    }
    if (!isStale(result) || attempt === mostAttempts) throw refused(result);
    order.onProgress('main has moved on: putting the change onto its tip');
    await moveToTip(project);
  }
}

/** Fetches, verifies what came, and makes our commit anew on top of it. */
async function moveToTip(project: Project): Promise<void> {
  const pending = await readPending(project.git.stateDir);
  await fetchAndMove(project);
  if (pending === undefined) return;
  const moved = await workingState(project);
  refuseFindings(await localVerdict(project, moved));
  await commitDrafts(project, moved, pending.author);
}

/** What is missing here would only be refused there. Files that nobody named stay behind. */
async function refuseUnready(project: Project, order: PushOrder): Promise<void> {
  const working = await workingState(project);
  const waiting = working.drafts
    .flatMap((draft) => statusesOf(draft).map((status) => ({ draft, status })))
    .find(({ status }) => !status.isComplete);
  if (waiting !== undefined) {
    const hint = 'the others sign with: tuf-on-git sign --key URI';
    throw fault('workspace.waiting', waiting.draft.file, signatureWords(waiting.status), { hint });
  }
  const { changed, removed, strangers } = await commitPaths(project, working);
  const [first] = await project.git.changedFiles([...changed, ...removed]);
  if (first !== undefined) {
    throw fault('workspace.dirty', first.path, 'this change is in no commit yet', {
      hint: 'tuf-on-git sign commits it',
    });
  }
  for (const file of strangers) {
    order.onProgress(`not sent, no metadata names it: ${visible(file)}`);
  }
}

async function send({ git }: Project, order: PushOrder): Promise<PushResult> {
  try {
    return await git.push({
      onMessage: (line) => {
        order.onLine(line);
      },
    });
  } catch (cause) {
    if (!(cause instanceof TufOnGitError) || cause.code !== 'repository.refused') throw cause;
    const hint = `${cause.hint ?? 'the operator gives tokens'}; name its file with --token-file`;
    throw fault(cause.code, cause.where, cause.message, { hint, cause });
  }
}

/** Somebody else was quicker, by our own reckoning or by the server's. */
function isStale({ reason = '' }: PushResult): boolean {
  return /non-fast-forward|fetch first|cannot lock ref|failed to update ref/i.test(reason);
}

/** The fault under the code that the hook named first, so that scripts can tell one from another. */
function refused({ lines, reason = 'no reason given' }: PushResult) {
  const named = lines
    .map((text) => /\[([a-z-]+\.[a-z0-9-]+)\] (.*)$/.exec(text))
    .find((match) => match !== null);
  const code = ruleCodes.find((known) => known === named?.[1]);
  if (code !== undefined) return fault(code, 'push', `refused by the server: ${named?.[2] ?? ''}`);
  return fault('repository.refused', 'push', `refused by the server: ${reason}`);
}
