/**
 * Signatures that were made elsewhere, by whatever tool: which payload each is over, and whether it may
 * be there. Nothing that came along with them is believed.
 */
import { fault } from '../../core/error/error.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { verifySignature } from '../../core/metadata/keys.ts';
import { authorisedKey, isSignatureBy, ownerOf } from '../../core/metadata/threshold.ts';
import { ecdsaToDer } from '../../core/signers/pkcs11/der.ts';
import type { NewSignatures } from '../events/add-to-event.ts';
import type { Draft } from '../workspace/drafts.ts';
import { validSignatures, type MadeSignature } from '../workspace/sign-drafts.ts';

export interface CarriedSignature {
  /** The keyid, or a beginning of it that is unique. */
  readonly keyid: string;
  /** Hex, as metadata has it; of ECDSA also r and s, one behind the other, as tokens give them. */
  readonly sig: string;
  /** The role that it is for; absent: whichever it fits. */
  readonly role?: string;
}

/**
 * The signatures as they can be added to these drafts; those that are there already drop out.
 * @throws `signature.unauthorised`, `signature.invalid`, `signature.form`, `usage.argument` for a keyid
 *   that is not unique
 */
export function placeSignatures(
  drafts: readonly Draft[],
  carried: readonly CarriedSignature[],
): NewSignatures {
  const placed = carried.flatMap((each) => placeSignature(drafts, each));
  const added = placed.filter(({ draft, signature }) =>
    validSignatures(draft).every(({ keyid }) => keyid !== signature.keyid),
  );
  return {
    made: added.map(({ signature }) => signature),
    owners: added.map(({ owner }) => owner),
  };
}

interface Placed {
  readonly draft: Draft;
  readonly signature: MadeSignature;
  readonly owner: string;
}

/** A draft that a key may sign. */
interface Fitting {
  readonly draft: Draft;
  readonly key: PublicKey;
  readonly owner: string;
}

function placeSignature(drafts: readonly Draft[], carried: CarriedSignature): readonly Placed[] {
  const fitting = fittingDrafts(drafts, carried);
  const placed = fitting.flatMap(({ draft, key, owner }) => {
    const { file, after } = draft;
    const sig = spellings(key, carried.sig).find((one) => isUsual(key, after.signedBytes, one));
    if (sig === undefined) return [];
    const signature = { file, keyid: key.keyid, sig, signedBytes: after.signedBytes };
    return [{ draft, signature, owner }];
  });
  if (placed.length > 0) return placed;
  throw doesNotFit(fitting, carried);
}

function fittingDrafts(drafts: readonly Draft[], { keyid, role }: CarriedSignature): Fitting[] {
  const asked = drafts.filter(({ name }) => role === undefined || role === name);
  const found = asked.flatMap((draft) => keysOf(draft, keyid));
  const keyids = new Set<string>(found.map(({ key }) => key.keyid));
  if (keyids.size > 1) {
    throw fault('usage.argument', `key ${keyid}`, 'more than one keyid begins like this', {
      hint: [...keyids].join(', '),
    });
  }
  if (found.length > 0) return found;
  const signers = new Set(asked.flatMap((draft) => keysOf(draft, '').map(named)));
  const who = asked.map(({ name }) => name).join(', ') || 'nothing';
  throw fault('signature.unauthorised', `key ${keyid}`, `this key may not sign ${who}`, {
    hint: `it is signed by ${[...signers].join(', ') || 'nobody'}`,
  });
}

/** The keys that may sign a draft and whose keyids begin so, each once. */
function keysOf(draft: Draft, beginning: string): readonly Fitting[] {
  const keys = new Map<string, Fitting>();
  for (const authority of draft.authorities) {
    for (const keyid of authority.role.keyIDs) {
      const key = keyid.startsWith(beginning) ? authorisedKey(authority, keyid) : undefined;
      if (key !== undefined) keys.set(keyid, { draft, key, owner: ownerOf(authority, keyid) });
    }
  }
  return [...keys.values()];
}

function named({ key, owner }: Fitting): string {
  return `${owner} (${key.keyid.slice(0, 8)})`;
}

const p256Bytes = 32;

function spellings({ scheme }: PublicKey, sig: string): readonly string[] {
  const hex = sig.toLowerCase();
  const isRaw = scheme === 'ecdsa-sha2-nistp256' && /^[0-9a-f]+$/.test(hex);
  if (!isRaw || hex.length !== 4 * p256Bytes) return [hex];
  return [hex, ecdsaToDer(Buffer.from(hex, 'hex')).toString('hex')];
}

/** Some clients verify no RSA signature whose salt has another length than the digest. */
function isUsual(key: PublicKey, bytes: Uint8Array, sig: string): boolean {
  if (!isSignatureBy(key, bytes, sig)) return false;
  return verifySignature(key, bytes, Buffer.from(sig, 'hex'), 'digest');
}

function doesNotFit(fitting: readonly Fitting[], { keyid, sig }: CarriedSignature) {
  const where = `signature of ${keyid.slice(0, 8)}`;
  const hasOtherSalt = fitting.some(({ draft, key }) =>
    isSignatureBy(key, draft.after.signedBytes, sig.toLowerCase()),
  );
  if (hasOtherSalt) {
    return fault('signature.form', where, 'the salt of an RSA signature has 32 bytes');
  }
  const roles = fitting.map(({ draft: { name, after } }) => `${name} ${after.signed.version}`);
  const message = `it is not over what ${roles.join(' or ')} says now`;
  return fault('signature.invalid', where, message, {
    hint: 'what is to be signed are the bytes that --export writes, and nothing else',
  });
}
