/** Accepting an invitation: a key of one's own for an open slot, and its proof of possession. */
import { fault, visible } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { keyOwner } from '../../core/metadata/keys.ts';
import { withKey } from '../../core/rules/events/event-state-edits.ts';
import { proofBytes, type Invitation } from '../../core/rules/events/invitations.ts';
import { eventStateFile } from '../../core/rules/state.ts';
import { keyWords } from '../../core/rules/words/describe-keys.ts';
import { agreement, sendToEvent } from '../events/event-round.ts';
import { readEvent, refuseWithdrawn, requireEvent, type SigningEvent } from '../events/event.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import { signBytes, withSigners } from '../workspace/sign-drafts.ts';
import type { SignEventOrder } from '../events/signing-order.ts';
import { repositoryOf } from '../events/event-authority.ts';
import { findAcceptance, openSlots, type Acceptance } from '../events/open-slots.ts';

export interface AcceptOrder extends SignEventOrder {
  /** The role whose invitation is meant; undefined: the first that fits. */
  readonly role: string | undefined;
}

/**
 * Fills one slot.
 * @throws `usage.argument` when nothing is open for these keys, and as `readEvent`
 */
export async function accept(project: Project, order: AcceptOrder): Promise<Acceptance> {
  const { git, now } = project;
  const agreed = agreement(order.confirm);
  let filled: Acceptance | undefined;
  await withSigners(order.access, (open) =>
    sendToEvent(git, order, async () => {
      await git.fetch();
      const tip = await requireEvent(git, order.event);
      const event = await readEvent(git, await verifiedMain(project), order.event, tip);
      refuseWithdrawn(event);
      filled = await acceptable(event, order);
      const { slot, own, key } = filled;
      await agreed(describe(event, filled));
      const bytes = proofBytes(slot.role, key, event.bound);
      const proof = await signBytes(await open(own.uri), key, bytes, eventStateFile);
      return { event, commit: await commitOf({ git, now }, event, order, filled, proof) };
    }),
  );
  if (filled === undefined) throw nothingOpen(order);
  return filled;
}

async function acceptable(event: SigningEvent, order: AcceptOrder): Promise<Acceptance> {
  const open = openSlots(event, order.role);
  const found = findAcceptance(open, await repositoryOf(event), order.keys);
  if (found === undefined) throw nothingOpen(order, open);
  return found;
}

function nothingOpen({ event, keys }: AcceptOrder, open: readonly Invitation[] = []) {
  const names = keys.map(({ key }) => keyOwner(key.json) ?? 'nobody named').join(', ');
  const invited = open.map(({ role, owner = 'anybody' }) => `${owner} to ${role}`).join(', ');
  const message = `it invites ${invited === '' ? 'nobody' : `${invited}, not ${names}`}`;
  return fault('usage.argument', `event ${event}`, visible(message), {
    hint: 'tuf-on-git status --fetch shows whom events invite; --key names another key',
  });
}

function describe({ name }: SigningEvent, { slot, key }: Acceptance): readonly string[] {
  return [
    `event ${visible(name)}: invitation ${slot.slot} to sign ${visible(slot.role)} is filled`,
    `  with ${keyWords(key.json)}`,
    '  a signature proves that the key is yours; it signs nothing else',
  ];
}

async function commitOf(
  { git, now }: Pick<Project, 'git' | 'now'>,
  { tip }: SigningEvent,
  { authorOf }: AcceptOrder,
  { slot, key }: Acceptance,
  proof: string,
): Promise<ObjectId> {
  const state = withKey(await git.readAt(tip, eventStateFile), slot, key.json, proof);
  return git.commitOnto(tip, {
    files: new Map([[eventStateFile, state]]),
    message: `accept: ${slot.role} ${slot.slot}`,
    author: authorOf(keyOwner(key.json)),
    time: now,
  });
}
