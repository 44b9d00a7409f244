/**
 * How people change `.signing-event-state`: each of these makes the next content of the file out of
 * the one that it has, undefined where there is none yet, and keeps all else that it says.
 */
import type { JsonObject } from '../../metadata/json.ts';
import type { SignedWithdrawal } from './withdrawal.ts';

export function withWithdrawal(
  before: Uint8Array | undefined,
  { keyid, sig }: SignedWithdrawal,
): Uint8Array {
  return formatted({ ...contentOf(before), withdrawal: { keyid, sig } });
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
