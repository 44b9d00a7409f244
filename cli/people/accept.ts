/** Accepting an invitation: a key of one's own for an open slot, and its proof of possession. */
import { fault, visible } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { keyOwner, parseKey, type PublicKey } from '../../core/metadata/keys.ts';
import { withKey } from '../../core/rules/events/event-state-edits.ts';
import { proofBytes, type Invitation } from '../../core/rules/events/invitations.ts';
import { eventStateFile } from '../../core/rules/state.ts';
import { keyWords } from '../workspace/describe-keys.ts';
import { agreement, sendToEvent } from '../workspace/event-round.ts';
import { readEvent, refuseWithdrawn, requireEvent, type SigningEvent } from '../workspace/event.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import { signBytes, withSigners } from '../workspace/sign-drafts.ts';
import type { SignEventOrder } from '../workspace/signing-order.ts';
import { isSignedBy, repositoryOf, signersOf } from '../workspace/event-authority.ts';

export interface AcceptOrder extends SignEventOrder {
  /** The role whose invitation is meant; undefined: the first that fits. */
  readonly role: string | undefined;
}

/** An open slot, and the key that is brought for it. */
export interface Acceptance {
  readonly slot: Invitation;
  readonly own: OwnKey;
  /** As it will stand in metadata, with the owner whom the slot names. */
  readonly key: PublicKey;
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

/** The first open slot for which one of the keys can be brought. */
async function acceptable(event: SigningEvent, order: AcceptOrder): Promise<Acceptance> {
  const repository = await repositoryOf(event);
  const open = event.held.invitations.filter(
    ({ key, role }) => key === undefined && (order.role ?? role) === role,
  );
  for (const slot of open) {
    const signers = signersOf(repository, slot.role);
    for (const own of order.keys) {
      const key = ownedBy(own.key, slot.owner);
      if (key !== undefined && !isSignedBy(signers, key)) return { slot, own, key };
    }
  }
  throw nothingOpen(order, open);
}

/** The key with that owner; undefined when it names another. A token names nobody. */
function ownedBy(key: PublicKey, owner: string | undefined): PublicKey | undefined {
  const named = keyOwner(key.json);
  if (owner === undefined || named === owner) return key;
  return named === undefined ? parseKey({ ...key.json, 'x-tuf-on-ci-keyowner': owner }) : undefined;
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
