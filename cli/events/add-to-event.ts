/**
 * Signatures on their way into an event: it is taken as the server shows it now, verified against main
 * as this workspace trusts it, and what is signed is sent as one commit on its tip. The working tree
 * has no part in it, so drafts may lie there.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Person } from '../../core/git/workspace/workspace.ts';
import type { Draft } from '../workspace/drafts.ts';
import { sendToEvent } from './event-round.ts';
import {
  eventDrafts,
  eventVerdict,
  readEvent,
  refuseWithdrawn,
  requireEvent,
  type SigningEvent,
} from './event.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import type { PushOrder } from '../workspace/push.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import type { RemadeEvent } from './remake-event.ts';
import { signedDrafts, type MadeSignature } from '../workspace/sign-drafts.ts';

export interface AddToEventOrder extends PushOrder {
  readonly event: string;
  /** @param owner of the first key that signs */
  readonly authorOf: (owner: string | undefined) => Person;
}

/** An event that holds, missing signatures apart, and the roles of it that can be signed. */
export interface FreshEvent extends RemadeEvent {
  readonly drafts: readonly Draft[];
}

/** Makes again what has to be before the event can be signed. */
export type Remaking = (event: SigningEvent) => Promise<RemadeEvent>;

export interface NewSignatures {
  readonly made: readonly MadeSignature[];
  /** Those who signed. */
  readonly owners: readonly string[];
}

/**
 * @param sign what there is to add, asked again when somebody else was quicker: none for nothing
 * @param remake goes before; what it makes is sent only together with signatures
 * @returns the event with what was added, or as it was
 * @throws the rule's code when the event does not verify or the hook refused it; `usage.argument` when
 *   there is no such event; and what `sign` throws
 */
export async function addToEvent(
  project: Project,
  order: AddToEventOrder,
  sign: (fresh: FreshEvent) => Promise<NewSignatures>,
  remake: Remaking = asItIs,
): Promise<SigningEvent> {
  return sendToEvent(project.git, order, async () => {
    const event = await openEvent(project, order.event);
    const fresh = await judged(project, await remake(event));
    const added = await sign(fresh);
    const commit =
      added.made.length === 0
        ? undefined
        : await commitSignatures(project, order, event.tip, fresh, added);
    return { event, commit };
  });
}

function asItIs(event: SigningEvent): Promise<RemadeEvent> {
  return Promise.resolve({ event, files: new Map(), lines: [], conflicts: new Map() });
}

/** @throws as `addToEvent` */
export async function freshEvent(project: Project, name: string): Promise<FreshEvent> {
  return judged(project, await asItIs(await openEvent(project, name)));
}

/** @throws as `addToEvent` */
async function openEvent(project: Project, name: string): Promise<SigningEvent> {
  const { git } = project;
  await git.fetch();
  const tip = await requireEvent(git, name);
  const event = await readEvent(git, await verifiedMain(project), name, tip);
  refuseWithdrawn(event);
  return event;
}

async function judged(project: Project, remade: RemadeEvent): Promise<FreshEvent> {
  refuseFindings(await eventVerdict(project, remade.event));
  return { ...remade, drafts: await eventDrafts(remade.event) };
}

async function commitSignatures(
  { git, now }: Project,
  order: AddToEventOrder,
  tip: ObjectId,
  { files, drafts }: FreshEvent,
  { made, owners }: NewSignatures,
): Promise<ObjectId> {
  const signed = signedDrafts(drafts, made).map(({ file, bytes }) => [file, bytes] as const);
  const names = [...new Set(owners)];
  return git.commitOnto(tip, {
    files: new Map([...files, ...signed]),
    message: `sign: ${names.join(', ')}`,
    author: order.authorOf(names[0]),
    time: now,
  });
}
