/**
 * Whom a signing event invites to bring a key: in its state file,
 *
 *     "invitations": [
 *       { "role": "targets", "slot": 1, "owner": "@carol" },
 *       { "role": "targets", "slot": 2, "key": { "keytype": … }, "proof": "9f86…" } ]
 *
 * A slot is open, or filled with a key in its metadata form and a signature by that key: so nobody
 * brings a key that somebody else holds, nor one that was meant for another event or repository. Where
 * the slot names an owner, the key does too; who that really is no rule can tell, and whoever takes the
 * key into the role asks them for its fingerprint.
 */
import { fault, TufOnGitError } from '../../error/error.ts';
import { canonicalBytes } from '../../metadata/document.ts';
import { isObject, type JsonObject, type JsonValue } from '../../metadata/json.ts';
import { isOwner, ownerForm } from '../../metadata/key-owner.ts';
import {
  computeKeyId,
  keyOwner,
  parseKey,
  type KeyJson,
  type PublicKey,
} from '../../metadata/keys.ts';
import type { Policy } from '../../metadata/policy.ts';
import { isSignatureBy } from '../../metadata/threshold.ts';
import { Key } from '../../metadata/tufjs.ts';
import { checkKeys } from '../key-rules.ts';
import { eventStateFile } from '../state.ts';

export interface Invitation {
  readonly role: string;
  /** Counts the slots of a role, from 1. */
  readonly slot: number;
  /** Whom it is for, as `@carol`; absent: anybody. */
  readonly owner?: string;
  /** Undefined while the slot is open. */
  readonly key: PublicKey | undefined;
}

/** What a proof is bound to, beside role and key. */
export interface InvitedTo {
  readonly event: string;
  /** SHA-256 of the bytes of root version 1, in hex. */
  readonly root: string;
  readonly policy: Policy;
}

/** What whoever fills a slot signs with the key that is brought. */
export function proofBytes(
  role: string,
  key: Pick<PublicKey, 'keyid'>,
  { event, root }: Pick<InvitedTo, 'event' | 'root'>,
): Uint8Array {
  return canonicalBytes({ event, role, keyid: key.keyid, root }, eventStateFile);
}

/** @throws `event.form` for anything that is no such list, or a proof that does not hold */
export function parseInvitations(
  list: readonly JsonValue[],
  invited: InvitedTo,
): readonly Invitation[] {
  const invitations = list.map((entry, index) =>
    parseInvitation(entry, `${eventStateFile}#/invitations/${index}`, invited),
  );
  refuseTwins(invitations);
  return invitations;
}

/** How a push changes the invitations of its event. */
export interface InvitationChange {
  /** Slots that were open and are filled now. */
  readonly filled: readonly Invitation[];
  /** True when anything else differs: slots opened, closed, or filled with another key. */
  readonly isRearranged: boolean;
}

export function compareInvitations(
  before: readonly Invitation[],
  after: readonly Invitation[],
): InvitationChange {
  const was = new Map(before.map((invitation) => [nameOf(invitation), invitation.key?.keyid]));
  const other = after.filter((invitation) => {
    const name = nameOf(invitation);
    return !was.has(name) || was.get(name) !== invitation.key?.keyid;
  });
  const filled = other.filter(
    (each) => was.has(nameOf(each)) && was.get(nameOf(each)) === undefined,
  );
  return {
    filled,
    isRearranged: before.length !== after.length || other.length > filled.length,
  };
}

function parseInvitation(json: JsonValue, where: string, invited: InvitedTo): Invitation {
  if (!isObject(json)) throw malformed('a slot is an object', where);
  const { role, slot, owner, key, proof, ...rest } = json;
  if (typeof role !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(role)) {
    throw malformed('role must be the name of a role', where);
  }
  if (role === 'snapshot' || role === 'timestamp') {
    throw malformed('the daemon alone signs this role', where);
  }
  if (typeof slot !== 'number' || !Number.isInteger(slot) || slot < 1 || slot > 1024) {
    throw malformed('slot must be an integer from 1 to 1024', where);
  }
  if (owner !== undefined && (typeof owner !== 'string' || !isOwner(owner))) {
    throw malformed(`owner must be ${ownerForm}`, where);
  }
  if (Object.keys(rest).length > 0) throw malformed('it has an unknown field', where);
  const named = { role, slot, ...(owner === undefined ? {} : { owner }) };
  if (key === undefined && proof === undefined) return { ...named, key: undefined };
  if (!isObject(key) || typeof proof !== 'string' || !/^([0-9a-f]{2})+$/.test(proof)) {
    throw malformed('a filled slot has a key, and its proof in lower-case hex', where);
  }
  const proven = provenKey(key, proof, role, where, invited);
  if (owner === undefined || keyOwner(proven.json) === owner) return { ...named, key: proven };
  throw malformed(`the key names another owner than ${owner}, who is invited`, where);
}

function provenKey(
  json: JsonObject,
  proof: string,
  role: string,
  where: string,
  invited: InvitedTo,
): PublicKey {
  const key = usableKey(json, where, invited.policy);
  const bytes = proofBytes(role, key, invited);
  if (isSignatureBy(key, bytes, proof)) return key;
  throw malformed('the proof is not by this key, for this role, event and repository', where);
}

/** By the rules that the key will meet where a role delegates to it. */
function usableKey(json: JsonObject, where: string, policy: Policy): PublicKey {
  try {
    const { keyval } = json;
    const isKnown = (name: string) => /^(keytype|scheme|keyval|x-[a-z0-9-]+)$/.test(name);
    if (!Object.keys(json).every(isKnown) || !isObject(keyval) || Object.keys(keyval).length > 1) {
      throw new TypeError('the key has an unknown field');
    }
    const keyid = computeKeyId(json as KeyJson);
    const [wrong] = checkKeys(where, { [keyid]: Key.fromJSON(keyid, json) }, policy);
    if (wrong !== undefined) throw malformed(wrong.message, where);
    return parseKey(json as KeyJson, keyid);
  } catch (cause) {
    if (cause instanceof TufOnGitError && cause.code === 'event.form') throw cause;
    throw malformed('its key is no key', where, cause);
  }
}

/** A person counts once for a role, however many slots there are. */
function refuseTwins(invitations: readonly Invitation[]): void {
  const seen = new Set<string>();
  for (const { role, slot, key } of invitations) {
    const names = [`${role} ${slot}`, ...(key === undefined ? [] : [`${role} ${key.fingerprint}`])];
    for (const name of names) {
      if (seen.has(name)) throw malformed(`two slots of ${role} have one number or one key`);
      seen.add(name);
    }
  }
}

function nameOf({ role, slot, owner = '' }: Invitation): string {
  return `${role} ${slot} ${owner}`;
}

function malformed(message: string, where: string = eventStateFile, cause?: unknown) {
  return fault('event.form', where, message, cause === undefined ? {} : { cause });
}
