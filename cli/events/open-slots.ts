/** Invitations that are open, and keys that can be brought to them. */
import { keyOwner, withOwner, type PublicKey } from '../../core/metadata/keys.ts';
import { ownerOf } from '../../core/metadata/threshold.ts';
import type { Invitation } from '../../core/rules/events/invitations.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { SigningEvent } from './event.ts';
import { findSigners, isSignedBy } from './event-authority.ts';
import { keyidFor, type OwnKey } from '../workspace/own-keys.ts';

/** An open slot, and the key that is brought for it. */
export interface Acceptance {
  readonly slot: Invitation;
  readonly own: OwnKey;
  /** As it will stand in metadata, with the owner whom the slot names. */
  readonly key: PublicKey;
}

/** @param role whose slots are meant; absent: of all */
export function openSlots({ held }: SigningEvent, role?: string): readonly Invitation[] {
  return held.invitations.filter(
    (slot) => slot.key === undefined && (role ?? slot.role) === slot.role,
  );
}

/** The first of the slots for which one of the keys can be brought; those that merely lie in a token are not. */
export function findAcceptance(
  slots: readonly Invitation[],
  repository: LoadedRepository,
  keys: readonly OwnKey[],
): Acceptance | undefined {
  for (const slot of slots) {
    const signers = findSigners(repository, slot.role);
    for (const own of signers === undefined ? [] : keys.filter(({ isFound }) => isFound !== true)) {
      const key = ownedBy(own.key, slot.owner, repository);
      if (key !== undefined && signers !== undefined && !isSignedBy(signers, key)) {
        return { slot, own, key };
      }
    }
  }
  return undefined;
}

/** The key with that owner; undefined when it is another's. A token names nobody. */
function ownedBy(
  key: PublicKey,
  owner: string | undefined,
  repository: LoadedRepository,
): PublicKey | undefined {
  const named = keyOwner(key.json);
  if (owner === undefined || named === owner) return key;
  if (named !== undefined || (knownOwner(key, repository) ?? owner) !== owner) return undefined;
  return withOwner(key, owner);
}

/** Whose the key is by some role that it signs already. */
function knownOwner(key: PublicKey, { roles }: LoadedRepository): string | undefined {
  for (const { authority } of roles.values()) {
    const keyid = keyidFor(authority, key);
    if (keyid !== undefined) return ownerOf(authority, keyid);
  }
  return undefined;
}
