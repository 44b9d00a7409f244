/**
 * By whom beside the operator a signing event is ended for good (rule 27): by a key of a role that it
 * changes, with a signature in the event's state file,
 *
 *     "withdrawal": { "keyid": "3f1c…", "sig": "9f86…" }
 *
 * It is bound to the event, the repository and what the event had changed by then, so it ends no other.
 *
 * The key has to be one of the role both in the event and on `main`, and only payloads of such roles are
 * recorded. For anybody may start an event, with other people's payloads in it and a delegation to himself,
 * and withdrawn payloads never land again: a key that is to be revoked must not veto that.
 */
import { createHash } from 'node:crypto';
import { fault } from '../../error/error.ts';
import { delegatedAuthority, rootAuthority } from '../../metadata/authority.ts';
import { canonicalBytes, parseDocument, type Document } from '../../metadata/document.ts';
import { isObject, type JsonValue } from '../../metadata/json.ts';
import { authorisedKey, isSignatureBy, type Authority } from '../../metadata/threshold.ts';
import type { EventRole } from './event-roles.ts';
import type { InvitedTo } from './invitations.ts';
import { loadRoot } from '../repository.ts';
import { eventStateFile, firstRootDigest, roleFile, type RepositoryState } from '../state.ts';
import { finding, type RuleFinding } from '../verdict.ts';

/** As it stands in the file; whether it holds is for `checkWithdrawal` to say. */
export interface SignedWithdrawal {
  readonly keyid: string;
  /** Lower-case hex. */
  readonly sig: string;
}

/** What withdrawal remembers of a payload: SHA-256 of its canonical form, in hex. */
export function payloadDigest({ signedBytes }: Document): string {
  return createHash('sha256').update(signedBytes).digest('hex');
}

/**
 * What whoever withdraws an event signs.
 * @param payloads those that the event changes, in any order
 */
export function withdrawalBytes(
  { event, root }: Pick<InvitedTo, 'event' | 'root'>,
  payloads: readonly Document[],
): Uint8Array {
  const withdraws = [...new Set(payloads.map(payloadDigest))].sort();
  return canonicalBytes({ event, root, withdraws }, eventStateFile);
}

/** @throws `event.form` */
export function parseWithdrawal(json: JsonValue): SignedWithdrawal {
  const { keyid, sig, ...rest } = isObject(json) ? json : {};
  const isForm =
    typeof keyid === 'string' &&
    typeof sig === 'string' &&
    /^[0-9a-f]{64}$/.test(keyid) &&
    /^([0-9a-f]{2})+$/.test(sig);
  if (isForm && Object.keys(rest).length === 0) return { keyid, sig };
  const message = 'a withdrawal is a keyid and a signature, both in lower-case hex';
  throw fault('event.form', `${eventStateFile}#/withdrawal`, message);
}

/**
 * @param roles those of the event as it stands
 * @param main the state that the event is to land on
 */
export async function checkWithdrawal(
  { keyid, sig }: SignedWithdrawal,
  event: string,
  roles: readonly EventRole[],
  main: RepositoryState,
): Promise<readonly RuleFinding[]> {
  const changed = roles.filter(({ isLeftBehind }) => !isLeftBehind);
  const [role] = await rolesWithin(keyid, changed, main);
  const key = role?.authorities[0] && authorisedKey(role.authorities[0], keyid);
  if (key === undefined) {
    const message = 'its withdrawal is by no key of a role that it changes';
    return [finding('event.unauthorised', eventStateFile, message, 'the operator can withdraw it')];
  }
  const payloads = changed.flatMap(({ document }) => document ?? []);
  const bytes = withdrawalBytes({ event, root: await firstRootDigest(main) }, payloads);
  if (isSignatureBy(key, bytes, sig)) return [];
  const message = 'its withdrawal is not signed for this event and what it changes';
  return [finding('event.form', eventStateFile, message, 'sign it for the event as it stands')];
}

/** A withdrawal is signed for what the event changes, which therefore stays as it is. */
export function wasWithdrawn(ref: string): RuleFinding {
  const hint = 'start another event under another name';
  return finding('event.form', ref, 'it was withdrawn: no more is added to it', hint);
}

export function withdrawn(file: string): RuleFinding {
  const hint = 'make another version of it, with a later expiry';
  return finding('event.withdrawn', file, 'this version was withdrawn and never lands', hint);
}

/** Those of the roles that this key may sign both in the event and on `main`. */
export async function rolesWithin(
  keyid: string,
  roles: readonly EventRole[],
  main: RepositoryState,
): Promise<readonly EventRole[]> {
  const found: EventRole[] = [];
  for (const role of roles) {
    const isOwn = names(role.authorities[0], keyid);
    if (isOwn && names(await authorityIn(main, role), keyid)) found.push(role);
  }
  return found;
}

function names(authority: Authority | undefined, keyid: string): authority is Authority {
  return authority?.role.keyIDs.includes(keyid) === true;
}

/** Undefined where the role is not delegated there. */
async function authorityIn(
  state: RepositoryState,
  { name, delegator }: EventRole,
): Promise<Authority | undefined> {
  if (delegator === undefined || delegator === 'root') {
    const { signed } = await loadRoot(state, new Map());
    return rootAuthority(signed, delegator === undefined ? 'root' : 'targets');
  }
  const file = await state.find(roleFile(delegator));
  if (file === undefined) return undefined;
  const { signed } = parseDocument('targets', await state.read(file), file.shown);
  return delegatedAuthority(signed, name);
}
