/**
 * Invitations: a slot in the state file of a signing event, for a person who brings a key.
 *
 * An event begins with a slot alone, and asks for no signature. On one that is open the gate wants a
 * signed change of a role beside it (rule 26): the delegator's, made again with another expiry.
 */
import { fault } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { isComplete } from '../../core/rules/events/event-roles.ts';
import { withSlot } from '../../core/rules/events/event-state-edits.ts';
import type { Invitation } from '../../core/rules/events/invitations.ts';
import { eventStateFile } from '../../core/rules/state.ts';
import { describeSigning } from '../words/describe-signing.ts';
import { agreement, sendToEvent } from '../events/event-round.ts';
import {
  checkedEventName,
  eventDrafts,
  openEvents,
  readEvent,
  refuseWithdrawn,
  type SigningEvent,
} from '../events/event.ts';
import { ownersOf } from '../workspace/own-keys.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import { eventWith, remadeRole, type EventFiles } from '../events/remake-role.ts';
import { makeSignatures, signedDrafts, withSigners } from '../workspace/sign-drafts.ts';
import { planSignatures } from '../workspace/sign-plan.ts';
import type { SignEventOrder } from '../events/signing-order.ts';
import { repositoryOf, signersOf } from '../events/event-authority.ts';

export interface InviteOrder extends Omit<SignEventOrder, 'keys' | 'access'> {
  readonly role: string;
  /** Whom to invite, as `@carol`. */
  readonly owner: string;
  /** Asked for only where something has to be signed. @throws `workspace.no-key`, `signer.*` */
  readonly signers: () => Promise<Pick<SignEventOrder, 'keys' | 'access'>>;
}

type Slot = Required<Omit<Invitation, 'key'>>;

/**
 * @returns the event with the slot
 * @throws `usage.argument` for a role that is not there, or somebody who signs it or is invited already;
 *   `workspace.not-allowed` when the event is open and none of the keys signs the delegator
 */
export async function invite(project: Project, order: InviteOrder): Promise<SigningEvent> {
  const { git } = project;
  const name = checkedEventName(order.event);
  const agreed = agreement(order.confirm);
  return sendToEvent(git, order, async () => {
    await git.fetch();
    const main = await verifiedMain(project);
    const tip = (await openEvents(git)).get(name);
    const event = await readEvent(git, main, name, tip ?? main.commit);
    refuseWithdrawn(event);
    const { slot, delegator } = await freeSlot(event, order);
    const signed = tip === undefined ? [] : await bump(project, event, delegator, order, agreed);
    return { event, commit: await commitOf(project, event, order, slot, new Map(signed)) };
  });
}

/** The number behind those of the role's other slots. */
async function freeSlot(
  event: SigningEvent,
  { role, owner }: InviteOrder,
): Promise<{ readonly slot: Slot; readonly delegator: string }> {
  const { authority, delegator } = signersOf(await repositoryOf(event), role);
  const slots = event.held.invitations.filter((one) => one.role === role);
  if (ownersOf(authority).includes(owner)) throw isKnown(owner, `signs ${role} already`);
  if (slots.some((one) => one.owner === owner)) throw isKnown(owner, 'is invited already');
  const slot = Math.max(0, ...slots.map((one) => one.slot)) + 1;
  return { slot: { role, slot, owner }, delegator };
}

function isKnown(owner: string, what: string) {
  return fault('usage.argument', owner, `${owner} ${what}`);
}

/** The delegator says nothing new, but is signed for this change. */
async function bump(
  project: Project,
  event: SigningEvent,
  delegator: string,
  order: InviteOrder,
  agreed: ReturnType<typeof agreement>,
): Promise<EventFiles> {
  const { root, roles } = await repositoryOf(event);
  const document = delegator === 'root' ? root : roles.get(delegator)?.document;
  const files = remadeRole(event, delegator, document?.signedJson ?? {}, project.now);
  const bumped = await eventWith(project, event, files);
  const drafts = (await eventDrafts(bumped)).filter(({ file }) => files.has(file));
  const { keys, access } = await order.signers();
  const plan = planSignatures(drafts, keys);
  await agreed(drafts.flatMap((draft) => describeSigning(draft, plan, project.now)));
  const made = await withSigners(access, (open) => makeSignatures(plan, open));
  const signed = signedDrafts(drafts, made).map(({ file, bytes }) => [file, bytes] as const);
  const all = new Map([...files, ...signed]);
  await refuseLanding(project, event, all);
  return all;
}

/** An event that lands at its thresholds does not wait for whoever is invited. */
async function refuseLanding(
  project: Project,
  event: SigningEvent,
  files: EventFiles,
): Promise<void> {
  const { land } = event.main.policy;
  if (land !== 'threshold' || !isComplete((await eventWith(project, event, files)).roles)) return;
  const message = 'it would land at once, before anybody accepts';
  throw fault('usage.argument', `event ${event.name}`, message, {
    hint: 'invite to an event of another name',
  });
}

async function commitOf(
  { git, now }: Project,
  { tip }: SigningEvent,
  order: InviteOrder,
  slot: Slot,
  signed: EventFiles,
): Promise<ObjectId> {
  const state = withSlot(await git.readAt(tip, eventStateFile), slot);
  return git.commitOnto(tip, {
    files: new Map([...signed, [eventStateFile, state]]),
    message: `invite: ${slot.owner} to ${slot.role}`,
    author: order.authorOf(undefined),
    time: now,
  });
}
