/**
 * Withdrawal by a maintainer: a signature in the event's state file, after which the server takes
 * nothing more for the event, and ends it.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import { fault, visible } from '../../core/error/error.ts';
import { ownerOf } from '../../core/metadata/threshold.ts';
import { withWithdrawal } from '../../core/rules/events/event-state-edits.ts';
import type { EventRole } from '../../core/rules/events/event-roles.ts';
import { rolesWithin, withdrawalBytes } from '../../core/rules/events/withdrawal.ts';
import { eventStateFile } from '../../core/rules/state.ts';
import { stateAt } from '../workspace/commit-state.ts';
import { agreement, sendToEvent } from './event-round.ts';
import { readEvent, refuseWithdrawn, requireEvent, type SigningEvent } from './event.ts';
import { keyidFor, type OwnKey } from '../workspace/own-keys.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import { signBytes, withSigners } from '../workspace/sign-drafts.ts';
import type { SignEventOrder } from './signing-order.ts';

/** A key by which the event can be withdrawn, and the roles whose payloads never land then. */
interface Right {
  readonly own: OwnKey;
  readonly keyid: string;
  readonly owner: string;
  readonly roles: readonly EventRole[];
}

/**
 * @returns the event with its withdrawal
 * @throws `workspace.not-allowed` when none of the keys may sign a role that the event changes, both in
 *   the event and on main; `event.withdrawn` when it is so already; `usage.argument`
 */
export async function withdrawOpenEvent(
  project: Project,
  order: SignEventOrder,
): Promise<SigningEvent> {
  const { git } = project;
  const agreed = agreement(order.confirm);
  return withSigners(order.access, (open) =>
    sendToEvent(git, order, async () => {
      await git.fetch();
      const tip = await requireEvent(git, order.event);
      const event = await readEvent(git, await verifiedMain(project), order.event, tip);
      refuseWithdrawn(event);
      const right = await rightOf(project, event, order.keys);
      await agreed(describe(event, right));
      const signer = await open(right.own.uri);
      const bytes = withdrawalBytes(event.bound, payloadsOf(event));
      const sig = await signBytes(signer, right.own.key, bytes, eventStateFile);
      return { event, commit: await commitOf(project, event, order, right, sig) };
    }),
  );
}

/** The key that ends most of it. */
async function rightOf(
  { git }: Project,
  event: SigningEvent,
  keys: readonly OwnKey[],
): Promise<Right> {
  const main = await stateAt(git, event.main.commit);
  const changed = changedRoles(event);
  const rights: Right[] = [];
  for (const own of keys) {
    for (const { authorities } of changed) {
      const [authority] = authorities;
      const keyid = authority && keyidFor(authority, own.key);
      if (authority === undefined || keyid === undefined) continue;
      const owner = ownerOf(authority, keyid);
      rights.push({ own, keyid, owner, roles: await rolesWithin(keyid, changed, main) });
    }
  }
  const [best] = rights.sort((one, other) => other.roles.length - one.roles.length);
  if (best !== undefined && best.roles.length > 0) return best;
  const message = 'none of your keys signs a role that it changes, both in it and on main';
  throw fault('workspace.not-allowed', `event ${event.name}`, message, {
    hint: 'the operator can withdraw it',
  });
}

function describe(event: SigningEvent, { roles, owner }: Right): readonly string[] {
  const own = new Set(roles);
  const lines = changedRoles(event).map((role) => {
    const { name, document } = role;
    if (document === undefined) return `${name} does not go`;
    const what = `${name} version ${document.signed.version}`;
    return own.has(role)
      ? `${what}, as it is there, never lands, under no name`
      : `${what} can be pushed again, as another event`;
  });
  return [
    `event ${event.name} ends for good`,
    ...lines.map((text) => `  ${visible(text)}`),
    `  to be signed by ${visible(owner)}`,
  ];
}

async function commitOf(
  { git, now }: Project,
  { tip, name }: SigningEvent,
  order: SignEventOrder,
  { keyid, owner }: Right,
  sig: string,
): Promise<ObjectId> {
  const before = await git.readAt(tip, eventStateFile);
  return git.commitOnto(tip, {
    files: new Map([[eventStateFile, withWithdrawal(before, { keyid, sig })]]),
    message: `withdraw: ${name}`,
    author: order.authorOf(owner),
    time: now,
  });
}

function changedRoles({ roles }: SigningEvent): readonly EventRole[] {
  return roles.filter(({ isLeftBehind }) => !isLeftBehind);
}

function payloadsOf(event: SigningEvent) {
  return changedRoles(event).flatMap(({ document }) => document ?? []);
}
