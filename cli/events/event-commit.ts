/** The commit that brings drafts to a signing event: the one that `sign` made, or one on the event's tip. */
import type { ObjectId } from '../../core/git/object-id.ts';
import { fault } from '../../core/error/error.ts';
import { formatDocument } from '../../core/metadata/document.ts';
import { roleStatuses } from '../../core/rules/events/event-roles.ts';
import { targetFile } from '../../core/rules/state.ts';
import type { Base } from '../workspace/base.ts';
import type { CommitPaths } from '../workspace/commit-paths.ts';
import { filesOfDraft, type Draft, type WorkingState } from '../workspace/drafts.ts';
import { eventDrafts, openEvents, readEvent, type SigningEvent } from './event.ts';
import type { Project } from '../workspace/project.ts';
import { uncommitted, type PushOrder } from '../workspace/push.ts';
import { changeOf } from '../../core/rules/words/role-change.ts';
import { readPending } from '../workspace/settings.ts';
import { validSignatures } from '../workspace/sign-drafts.ts';
import { readTreeFile } from '../workspace/tree-files.ts';

export interface PushEventOrder extends PushOrder {
  readonly event: string;
  /** Take the place of what an open event says of the same roles, signatures included. */
  readonly replace: boolean;
}

type Placed = PushEventOrder & { readonly paths: CommitPaths };

/** @throws `workspace.base` for a role that the event has otherwise, unless it is to be replaced */
export async function eventCommit(
  project: Project,
  main: Base,
  working: WorkingState,
  order: Placed,
): Promise<ObjectId> {
  const { git, now: time } = project;
  const pending = await readPending(git.stateDir);
  if (pending === undefined) throw uncommitted('the drafts');
  const tip = (await openEvents(git)).get(order.event);
  if (tip === undefined) return pending.commit;
  order.onProgress(`event ${order.event} is open: the drafts are added to it`);
  const open = await readEvent(git, main, order.event, tip);
  const files = await filesOnto(project, open, working, order);
  const message = working.drafts.map(headline).join('\n');
  return git.commitOnto(tip, { files, message, author: pending.author, time });
}

/** What the drafts put on an open event; where it says the same, both sides' signatures count. */
async function filesOnto(
  { git }: Project,
  open: SigningEvent,
  { drafts }: WorkingState,
  { paths, replace }: Placed,
): Promise<ReadonlyMap<string, Uint8Array | undefined>> {
  const ours = new Map(drafts.map((draft) => [draft.file, draft]));
  const [next, stale] = [await eventDrafts(open), await eventDrafts(open, 'stale')];
  const files = new Map<string, Uint8Array | undefined>();
  for (const there of [...next, ...stale]) {
    const own = ours.get(there.file);
    if (own === undefined || isSamePayload(own, there)) continue;
    if (!replace && next.includes(there)) throw alreadyChanged(open, there);
    for (const path of targetFilesOf(there)) {
      files.set(path, await git.readAt(open.main.commit, path));
    }
  }
  for (const path of paths.changed) files.set(path, await readTreeFile(git.dir, path));
  for (const path of paths.removed) files.set(path, undefined);
  for (const there of next) {
    const own = ours.get(there.file);
    if (own === undefined || !isSamePayload(own, there)) continue;
    for (const file of filesOfDraft(own)) files.set(file, withBoth(own, there));
  }
  return files;
}

/** Target files that a role brings along or takes away: they go with what is replaced. */
function targetFilesOf(draft: Draft): readonly string[] {
  return changeOf(draft).targets.map(({ name }) => targetFile(name));
}

function isSamePayload(one: Draft, other: Draft): boolean {
  return Buffer.from(one.after.signedBytes).equals(other.after.signedBytes);
}

function withBoth(ours: Draft, there: Draft): Uint8Array {
  const kept = validSignatures(there);
  const added = validSignatures(ours).filter(({ keyid }) =>
    kept.every((one) => one.keyid !== keyid),
  );
  return formatDocument(there.after.signedJson, [...kept, ...added]);
}

function headline({ name, after }: Draft): string {
  return `${name}: version ${after.signed.version}`;
}

function alreadyChanged({ name, roles }: SigningEvent, { file, name: role }: Draft) {
  const there = roles.filter((one) => one.file === file).flatMap(roleStatuses);
  const signed = [...new Set(there.flatMap((status) => status.signed))].join(', ') || 'nobody yet';
  const message = `event ${name} changes ${role} otherwise, signed by ${signed}`;
  return fault('workspace.base', file, message, {
    hint: 'take another name, or replace it with --replace',
  });
}
