import { fault } from '../../core/error/error.ts';
import { canonicalBytes, type Document, type RoleSignature } from '../../core/metadata/document.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { authorisedKey, verifyThreshold, type Authority } from '../../core/metadata/threshold.ts';
import { onlineRoles, type OnlineRole } from './journal.ts';
import { assemble } from './online-metadata.ts';
import type { HighestVersions } from './versions.ts';

/** What signs for the daemon: a process of its own (daemon/signer). */
export interface OnlineSigner {
  publicKeys(): Promise<readonly PublicKey[]>;
  /** The highest versions that it has signed, as it remembers them itself. */
  floor(): Promise<HighestVersions>;
  /** @param bytes the canonical form of `signed` */
  sign(
    role: OnlineRole,
    bytes: Uint8Array,
    keyids?: readonly string[],
  ): Promise<readonly RoleSignature[]>;
}

/**
 * The signer's keyid of each of its keys that a delegator names → the keyid by which it does. The same
 * key may go by another keyid there (an owner's name is part of what is hashed), so public keys are
 * compared.
 */
export function namedKeyids(
  authority: Authority,
  held: readonly PublicKey[],
): ReadonlyMap<string, string> {
  const byFingerprint = new Map(held.map((key) => [key.fingerprint, key.keyid]));
  const keyids = new Map<string, string>();
  for (const keyid of authority.role.keyIDs) {
    const key = authorisedKey(authority, keyid);
    const own = key === undefined ? undefined : byFingerprint.get(key.fingerprint);
    if (own !== undefined) keyids.set(own, keyid);
  }
  return keyids;
}

/** Signatures under the keyids by which their delegator names the keys; those of other keys go. */
export function underNamedKeyids(
  signatures: readonly RoleSignature[],
  keyids: ReadonlyMap<string, string>,
): readonly RoleSignature[] {
  return signatures.flatMap(({ keyid, sig }) => {
    const named = keyids.get(keyid);
    return named === undefined ? [] : [{ keyid: named, sig }];
  });
}

/**
 * For a role: the signer's keyid of each of its keys that one of the roots names → the keyids by
 * which they do.
 */
export type RoleKeys = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Pairs the signer's keys with those that the roots name for the role.
 * @throws `publish.not-ready` when the signer does not hold enough of one root's
 */
export function keysFor(
  role: OnlineRole,
  roots: readonly Document<'root'>[],
  held: readonly PublicKey[],
): RoleKeys {
  const keys = new Map<string, Set<string>>();
  for (const root of roots) {
    for (const [own, named] of requiredOf(root, role, held)) {
      keys.set(own, (keys.get(own) ?? new Set()).add(named));
    }
  }
  return keys;
}

/** True when the signer holds enough of this root's keys for everything that it is to sign. */
export function isHeld(root: Document<'root'>, held: readonly PublicKey[]): boolean {
  return onlineRoles.every((role) => {
    const authority = rootAuthority(root.signed, role);
    return namedKeyids(authority, held).size >= authority.role.threshold;
  });
}

/**
 * Has `signed` signed so that it holds under each of the roots, and verifies that with their public
 * keys, in software.
 * @param held the keys of the signer
 * @throws `signer.*`, `publish.not-ready`, `signer.wrong-key` when what comes back does not verify
 */
export async function signOnline<T extends OnlineRole>(
  signer: OnlineSigner,
  held: readonly PublicKey[],
  roots: readonly Document<'root'>[],
  role: T,
  signed: JsonObject,
): Promise<Document<T>> {
  const keys = keysFor(role, roots, held);
  const made = await signer.sign(role, canonicalBytes(signed, role), [...keys.keys()]);
  const signatures = made.flatMap(({ keyid, sig }) =>
    [...(keys.get(keyid) ?? [])].map((named) => ({ keyid: named, sig })),
  );
  const document = assemble(role, signed, signatures);
  try {
    for (const root of roots) verifyThreshold(document, rootAuthority(root.signed, role), role);
  } catch (cause) {
    throw fault('signer.wrong-key', role, 'the signatures do not verify with the keys of root', {
      cause,
    });
  }
  return document;
}

function requiredOf(
  root: Document<'root'>,
  role: OnlineRole,
  held: readonly PublicKey[],
): ReadonlyMap<string, string> {
  const authority = rootAuthority(root.signed, role);
  const keyids = namedKeyids(authority, held);
  if (keyids.size >= authority.role.threshold) return keyids;
  const has = `the signer holds ${keyids.size} of the ${authority.role.threshold} keys needed`;
  throw fault('publish.not-ready', `root version ${root.signed.version}`, `${has} for ${role}`, {
    hint: 'name the online key that root names in HOME/signer/settings.json',
  });
}
