/** Keys that were brought to invitations of an event, and that their role does not know yet. */
import { changeDelegation } from '../../core/metadata/draft-delegation.ts';
import { changeRootSigners } from '../../core/metadata/draft-root.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { Invitation } from '../../core/rules/events/invitations.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { keyWords } from '../../core/rules/words/describe-keys.ts';
import type { SigningEvent } from './event.ts';
import { findSigners, isSignedBy } from './event-authority.ts';

export interface FilledSlot extends Invitation {
  readonly key: PublicKey;
  /** The role whose metadata is to name the key. */
  readonly delegator: string;
}

/** Slots whose role is gone, or signed by the server, wait for nobody. */
export function filledSlots(
  { held }: SigningEvent,
  repository: LoadedRepository,
): readonly FilledSlot[] {
  return held.invitations.flatMap((slot) => {
    const { role, key } = slot;
    const signers = findSigners(repository, role);
    if (key === undefined || signers === undefined || isSignedBy(signers, key)) return [];
    return [{ ...slot, key, delegator: signers.delegator }];
  });
}

/** The delegator, which names the key too. @throws `key.same-key` for a key that it has in another form */
export function withSlotKey(delegator: JsonObject, { role, key }: FilledSlot): JsonObject {
  const change = { add: [key], remove: [], replace: new Map(), threshold: undefined };
  if (role === 'root' || role === 'targets') return changeRootSigners(delegator, [role], change);
  return changeDelegation(delegator, role, { ...change, paths: undefined });
}

export function slotLines({ role, slot, owner = 'whoever holds it', key }: FilledSlot) {
  return [
    `invitation ${slot} to sign ${role} was filled with ${keyWords(key.json)}`,
    `  ask ${owner} for that fingerprint, and not by this server, before you sign`,
  ];
}
