/**
 * Signatures on their way into an event: it is taken as the server shows it now, verified against main
 * as this workspace trusts it, and what is signed is sent as one commit on its tip. The working tree
 * has no part in it, so drafts may lie there.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Person } from '../../core/git/workspace/workspace.ts';
import type { Draft } from './drafts.ts';
import { sendToEvent } from './event-round.ts';
import {
  eventDrafts,
  eventVerdict,
  readEvent,
  refuseWithdrawn,
  requireEvent,
  type SigningEvent,
} from './event.ts';
import { verifiedMain, type Project } from './project.ts';
import type { PushOrder } from './push.ts';
import { refuseFindings } from './refuse.ts';
import { signedDrafts, type MadeSignature } from './sign-drafts.ts';

export interface AddToEventOrder extends PushOrder {
  readonly event: string;
  /** @param owner of the first key that signs */
  readonly authorOf: (owner: string | undefined) => Person;
}

/** An event that holds, missing signatures apart, and the roles of it that can be signed. */
export interface FreshEvent {
  readonly event: SigningEvent;
  readonly drafts: readonly Draft[];
}

export interface NewSignatures {
  readonly made: readonly MadeSignature[];
  /** Those who signed. */
  readonly owners: readonly string[];
}

/**
 * @param sign what there is to add, asked again when somebody else was quicker: none for nothing
 * @returns the event with what was added, or as it was
 * @throws the rule's code when the event does not verify or the hook refused it; `usage.argument` when
 *   there is no such event; and what `sign` throws
 */
export async function addToEvent(
  project: Project,
  order: AddToEventOrder,
  sign: (fresh: FreshEvent) => Promise<NewSignatures>,
): Promise<SigningEvent> {
  return sendToEvent(project.git, order, async () => {
    const fresh = await freshEvent(project, order.event);
    const added = await sign(fresh);
    const commit =
      added.made.length === 0 ? undefined : await commitSignatures(project, order, fresh, added);
    return { event: fresh.event, commit };
  });
}

/** @throws as `addToEvent` */
export async function freshEvent(project: Project, name: string): Promise<FreshEvent> {
  const { git } = project;
  await git.fetch();
  const tip = await requireEvent(git, name);
  const event = await readEvent(git, await verifiedMain(project), name, tip);
  refuseWithdrawn(event);
  refuseFindings(await eventVerdict(project, event));
  return { event, drafts: await eventDrafts(event) };
}

async function commitSignatures(
  { git, now }: Project,
  order: AddToEventOrder,
  { event, drafts }: FreshEvent,
  { made, owners }: NewSignatures,
): Promise<ObjectId> {
  const files = new Map(signedDrafts(drafts, made).map(({ file, bytes }) => [file, bytes]));
  const names = [...new Set(owners)];
  return git.commitOnto(event.tip, {
    files,
    message: `sign: ${names.join(', ')}`,
    author: order.authorOf(names[0]),
    time: now,
  });
}
