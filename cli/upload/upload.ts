/**
 * The one-step way: what is wanted is put on main as the server has it, shown, signed and sent. When
 * somebody else is quicker, the same wishes are put on the new main; what has been shown already is
 * not shown again unless the outcome is another. The working tree has no part in it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { fault } from '../../core/error/error.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import { describeSigning } from '../words/describe-signing.ts';
import { statusesOf, type Draft } from '../workspace/drafts.ts';
import { rememberMain } from '../workspace/newest-main.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import type { PushOrder } from '../workspace/push.ts';
import { isStale, refused, send } from '../workspace/send.ts';
import { readPending } from '../workspace/settings.ts';
import { changeOf } from '../../core/rules/words/role-change.ts';
import {
  makeSignatures,
  signedDrafts,
  withSigners,
  type MadeSignature,
  type OpenSigner,
  type SignedDraft,
} from '../workspace/sign-drafts.ts';
import { planSignatures, type Signing } from '../workspace/sign-plan.ts';
import type { SigningOrder } from '../events/signing-order.ts';
import { changeOnto, type Placing, type UploadChange } from './change.ts';
import type { Wish } from './wishes.ts';

export interface UploadOrder extends PushOrder, SigningOrder, Placing {
  readonly wishes: readonly Wish[];
  /** Brings content to the server's blob store, as far as it lacks it. */
  readonly sendBlobs: (wishes: readonly Wish[]) => Promise<void>;
}

/** How often others may be quicker before somebody has to look. */
const mostAttempts = 100;
/** Those who came second try again at different times. */
const mostPauseMs = 400;

/**
 * @returns the commit of main that holds all of it: one that was there already when nothing was to do
 * @throws `workspace.waiting` when other people have to sign too; the rule's code when the change
 *   does not hold or the hook refused it; what `changeOnto` throws
 */
export async function upload(project: Project, order: UploadOrder): Promise<ObjectId> {
  return withSigners(order.access, (open) => uploadOnto(project, order, open));
}

async function uploadOnto(
  project: Project,
  order: UploadOrder,
  open: OpenSigner,
): Promise<ObjectId> {
  let shown = '';
  for (let attempt = 1; ; attempt += 1) {
    await project.git.fetch();
    const change = await changeOnto(project, await verifiedMain(project), order.wishes, order);
    if (change.drafts.length === 0) return change.base.commit;
    await order.sendBlobs(change.blobs);
    const plan = planSignatures(change.drafts, order.keys);
    const lines = change.drafts.flatMap((draft) => describeSigning(draft, plan, project.now));
    const outcome = outcomeOf(change);
    if (outcome !== shown) await order.confirm(lines);
    shown = outcome;
    const commit = await signedCommit(
      project,
      order,
      change,
      plan,
      await makeSignatures(plan, open),
    );
    const result = await send(project.git, {
      ref: commit,
      remoteRef: 'main',
      onMessage: order.onLine,
    });
    if (result.accepted) {
      await rememberMain(project.git.stateDir, commit);
      await follow(project);
      return commit;
    }
    if (!isStale(result) || attempt === mostAttempts) throw refused(result, 'main');
    order.onProgress('somebody else was quicker: putting the same files on what main has now');
    await delay(Math.random() * mostPauseMs);
  }
}

/** Brings the working tree to main, unless something is drafted there. */
async function follow({ git }: Project): Promise<void> {
  const isInUse =
    (await readPending(git.stateDir)) !== undefined ||
    (await git.changedFiles(['metadata', 'targets'])).length > 0;
  if (isInUse) return;
  await git.fetch();
  await git.fastForward();
}

/** What somebody agrees to: all that the roles are going to say, but for versions and their days. */
function outcomeOf({ drafts }: UploadChange): string {
  return JSON.stringify(drafts.map((draft) => [draft.name, changeOf(draft)]));
}

async function signedCommit(
  { git, now }: Project,
  order: UploadOrder,
  { base, drafts, files }: UploadChange,
  plan: readonly Signing[],
  made: readonly MadeSignature[],
): Promise<ObjectId> {
  const signed = signedDrafts(drafts, made);
  refuseUnfinished(drafts, signed);
  const message = drafts.map(({ name, after }) => `${name}: version ${after.signed.version}`);
  return git.commitOnto(base.commit, {
    files: new Map([...files, ...signed.map(({ file, bytes }) => [file, bytes] as const)]),
    message: message.join('\n'),
    author: order.authorOf(plan[0]?.owner),
    time: now,
  });
}

function refuseUnfinished(drafts: readonly Draft[], signed: readonly SignedDraft[]): void {
  for (const draft of drafts) {
    const bytes = signed.find(({ file }) => file === draft.file)?.bytes ?? draft.after.bytes;
    const after = parseDocument('targets', bytes, draft.file);
    const waiting = statusesOf({ ...draft, after }).find(({ isComplete }) => !isComplete);
    if (waiting === undefined) continue;
    throw fault('workspace.waiting', `role ${waiting.role}`, signatureWords(waiting), {
      hint: 'use add and sign, then tuf-on-git push EVENT, which asks the others',
    });
  }
}
