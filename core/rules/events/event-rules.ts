/**
 * What a push to a signing event must do (rule 26): start it, sign what is there, change a payload
 * by right, fill an invitation, or withdraw the event; and take away no signature whose payload stays.
 *
 * Whether what the event would make of `main` holds, thresholds apart, is the business of
 * `verifyTransition`; these rules come after it and rely on it.
 */
import type { Document } from '../../metadata/document.ts';
import type { Fingerprint } from '../../metadata/keys.ts';
import { countSignatures, ownerOf, type Authority } from '../../metadata/threshold.ts';
import { eventStateFile } from '../state.ts';
import { finding, type RuleFinding } from '../verdict.ts';
import type { InvitationChange } from './invitations.ts';

/** A role whose file the push changes on the event. */
export interface PushedRole {
  readonly name: string;
  readonly file: string;
  /** Undefined for root. */
  readonly delegator: string | undefined;
  /** As the event had it; where the push starts the event, as its base has it. */
  readonly before: Document | undefined;
  readonly after: Document | undefined;
  /**
   * Who may sign it, by the event's own state: one for most roles; for root N+1 the keys of N and then
   * those of N+1; none for a role that goes.
   */
  readonly authorities: readonly Authority[];
  /** True when it is by now what `main` has, so that the event changes it no more. */
  readonly isAsOnMain: boolean;
  /** True when the event had this payload before: then its signatures say nothing of who brings it back. */
  readonly isBack: boolean;
}

export interface EventPush {
  readonly ref: string;
  readonly isStart: boolean;
  readonly roles: readonly PushedRole[];
  readonly invitations: InvitationChange;
  /** True when it ends the event; whether it may is for `checkWithdrawal` to say. */
  readonly withdraws: boolean;
}

export function* checkEventPush(push: EventPush): Iterable<RuleFinding> {
  const faults = [
    ...push.roles.flatMap((role) => [...checkKeptSignatures(role)]),
    ...(push.isStart ? [] : checkRights(push)),
    ...checkFilled(push.invitations),
  ];
  yield* faults;
  if (faults.length === 0 && !addsSomething(push)) {
    const hint = 'sign a role that still lacks your signature, or change one';
    yield finding('event.adds-nothing', push.ref, 'the push adds nothing to the event', hint);
  }
}

/** A name stands for one event, for good. */
export function usedName(ref: string): RuleFinding {
  const hint = 'start another event under another name';
  return finding('event.form', ref, 'an event of this name was there and is over', hint);
}

function* checkKeptSignatures(role: PushedRole): Iterable<RuleFinding> {
  const { before, after, authorities, file } = role;
  if (before === undefined || after === undefined || !isSamePayload(role)) return;
  for (const authority of authorities) {
    const left = new Set(signersOf(after, [authority]));
    for (const { fingerprint, keyid } of countSignatures(before, authority).signers) {
      if (left.has(fingerprint)) continue;
      const message = `the signature of ${ownerOf(authority, keyid)} is gone`;
      yield finding('event.drops-signature', file, message, 'put it back, and add your own');
    }
  }
}

/**
 * Payloads change by a key of the role, or together with a signed new version of its delegator: signed
 * for this change, for anybody could push what was signed and set aside before.
 */
function* checkRights({ roles, invitations }: EventPush): Iterable<RuleFinding> {
  const remade = roles.filter(isRemade);
  const byName = new Map(remade.map((role) => [role.name, role]));
  const isAllowed = (role: PushedRole): boolean => {
    if (role.isAsOnMain || isOwnChange(role)) return true;
    const delegator = role.delegator === undefined ? undefined : byName.get(role.delegator);
    if (delegator === undefined) return false;
    return isOwnChange(delegator) || (delegator.after === undefined && isAllowed(delegator));
  };
  for (const role of remade) {
    if (isAllowed(role)) continue;
    yield role.isBack && isSigned(role) ? broughtBack(role) : changedByNobody(role);
  }
  if (invitations.isRearranged && !remade.some(isOwnChange)) {
    const message = 'invitations change together with a signed change of a role';
    yield finding('event.unauthorised', eventStateFile, message);
  }
}

function changedByNobody({ file }: PushedRole): RuleFinding {
  const hint = 'sign it with a key of the role, or have its delegator signed in the same push';
  return finding('event.unauthorised', file, 'nobody who may sign it changed it', hint);
}

function broughtBack({ file }: PushedRole): RuleFinding {
  const hint = 'make it again, with another expiry, and sign that';
  return finding('event.unauthorised', file, 'the event had it before and has left it', hint);
}

function* checkFilled({ filled }: InvitationChange): Iterable<RuleFinding> {
  if (filled.length <= 1) return;
  const hint = 'whoever is invited pushes the own key alone';
  yield finding('event.form', eventStateFile, 'one push fills one slot', hint);
}

function addsSomething({ isStart, roles, invitations, withdraws }: EventPush): boolean {
  if (withdraws || roles.some(isRemade) || invitations.filled.length > 0) return true;
  if (isStart) return invitations.isRearranged;
  return roles.some(({ before, after, authorities }) => {
    const had = new Set(before && signersOf(before, authorities));
    return after !== undefined && signersOf(after, authorities).some((key) => !had.has(key));
  });
}

function isRemade(role: PushedRole): boolean {
  return !isSamePayload(role);
}

function isSamePayload({ before, after }: PushedRole): boolean {
  if (before === undefined || after === undefined) return before === after;
  return Buffer.from(before.signedBytes).equals(after.signedBytes);
}

function isOwnChange(role: PushedRole): boolean {
  return isSigned(role) && !role.isBack;
}

/** For root by a key of the version before: who is not in it yet may sign, but change nothing. */
function isSigned({ after, authorities }: PushedRole): boolean {
  const [authority] = authorities;
  return after !== undefined && authority !== undefined && signersOf(after, [authority]).length > 0;
}

function signersOf(document: Document, authorities: readonly Authority[]): readonly Fingerprint[] {
  return authorities.flatMap((authority) =>
    countSignatures(document, authority).signers.map(({ fingerprint }) => fingerprint),
  );
}
