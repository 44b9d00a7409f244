/**
 * Signatures and thresholds: TUF 1.0.34 §4.2.1 and §5.3.4 and like steps.
 *
 * A threshold counts distinct public keys, never keyids: one private key under two keyids is still
 * one person.
 */
import { TufOnGitError, fault } from '../error/error.ts';
import type { Document } from './document.ts';
import { keyOwner, parseKey, verifySignature, type KeyJson, type PublicKey } from './keys.ts';
import type { Key, Role } from './tufjs.ts';

/** Who may sign a role and how many must: a role and the keys beside it in its delegator. */
export interface Authority {
  readonly keys: Readonly<Record<string, Key>>;
  readonly role: Pick<Role, 'keyIDs' | 'threshold'>;
}

/** What became of each signature. `signers` holds one key for each distinct public key. */
export interface SignatureCount {
  readonly signers: readonly PublicKey[];
  readonly threshold: number;
  /** Keyids of signatures by keys that this authority does not name. */
  readonly unauthorised: readonly string[];
  /** Keyids of authorised keys whose signature does not verify. */
  readonly invalid: readonly string[];
}

export function countSignatures(document: Document, authority: Authority): SignatureCount {
  const signers = new Map<string, PublicKey>();
  const unauthorised: string[] = [];
  const invalid: string[] = [];
  const keyids = new Set(authority.role.keyIDs);
  for (const { keyid, sig } of document.signatures) {
    if (!keyids.has(keyid)) {
      unauthorised.push(keyid);
      continue;
    }
    const key = authorisedKey(authority, keyid);
    if (key !== undefined && isSignatureBy(key, document.signedBytes, sig)) {
      signers.set(key.fingerprint, key);
    } else {
      invalid.push(keyid);
    }
  }
  return {
    signers: [...signers.values()],
    threshold: authority.role.threshold,
    unauthorised,
    invalid,
  };
}

/** @throws `role.threshold` when fewer distinct keys signed than the authority asks for. */
export function verifyThreshold(document: Document, authority: Authority, where: string): void {
  const { signers, threshold } = countSignatures(document, authority);
  if (threshold >= 1 && signers.length >= threshold) return;
  const has = `${signers.length} of ${threshold} needed signatures`;
  throw fault('role.threshold', where, `the file has ${has}`);
}

const parsed = new WeakMap<Key, PublicKey | undefined>();

/** The key of that keyid, or undefined when the authority lacks it or it is of an unknown kind. */
export function authorisedKey(authority: Authority, keyid: string): PublicKey | undefined {
  const key = Object.hasOwn(authority.keys, keyid) ? authority.keys[keyid] : undefined;
  if (key === undefined) return undefined;
  if (!parsed.has(key)) parsed.set(key, usable(key));
  return parsed.get(key);
}

/** The person behind a keyid, or the beginning of the keyid where metadata names nobody. */
export function ownerOf(authority: Authority, keyid: string): string {
  const key = authorisedKey(authority, keyid);
  return (key && keyOwner(key.json)) ?? `key ${keyid.slice(0, 8)}`;
}

/** True for a signature in hex, as metadata carries it; whatever else it may be is none. */
export function isSignatureBy(key: PublicKey, bytes: Uint8Array, sig: string): boolean {
  if (!/^([0-9a-fA-F]{2})+$/.test(sig)) return false;
  try {
    return verifySignature(key, bytes, Buffer.from(sig, 'hex'));
  } catch {
    return false; // OpenSSL throws for some malformed signatures where it returns false for others
  }
}

function usable(key: Key): PublicKey | undefined {
  try {
    return parseKey(key.toJSON() as KeyJson, key.keyID);
  } catch (error) {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  }
}
