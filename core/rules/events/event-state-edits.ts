/**
 * How people change `.signing-event-state`: each of these makes the next content of the file out of
 * the one that it has, undefined where there is none yet, and keeps all else that it says.
 */
import type { JsonObject } from '../../metadata/json.ts';
import type { KeyJson } from '../../metadata/keys.ts';
import type { Invitation } from './invitations.ts';
import type { SignedWithdrawal } from './withdrawal.ts';

export function withWithdrawal(
  before: Uint8Array | undefined,
  { keyid, sig }: SignedWithdrawal,
): Uint8Array {
  return formatted({ ...contentOf(before), withdrawal: { keyid, sig } });
}

/** With one open slot more, behind those that there are. */
export function withSlot(
  before: Uint8Array | undefined,
  { role, slot, owner }: Required<Omit<Invitation, 'key'>>,
): Uint8Array {
  const content = contentOf(before);
  const invitations = [...content.invitations, { role, slot, owner }];
  return formatted({ ...content, invitations });
}

/** With that slot filled. @param proof in hex: the key's signature over `proofBytes` */
export function withKey(
  before: Uint8Array | undefined,
  { role, slot }: Pick<Invitation, 'role' | 'slot'>,
  key: KeyJson,
  proof: string,
): Uint8Array {
  const content = contentOf(before);
  const invitations = content.invitations.map((one) =>
    one['role'] === role && one['slot'] === slot ? { ...one, key, proof } : one,
  );
  return formatted({ ...content, invitations });
}

interface Content extends JsonObject {
  invitations: JsonObject[];
}

/** What stands there was read as an event's state before. */
function contentOf(bytes: Uint8Array | undefined): Content {
  if (bytes === undefined) return { invitations: [] };
  return JSON.parse(new TextDecoder().decode(bytes)) as Content;
}

function formatted(content: Content): Uint8Array {
  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}
