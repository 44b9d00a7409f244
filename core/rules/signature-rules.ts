/** The signatures of a file whose bytes changed. */
import type { Document, RoleSignature } from '../metadata/document.ts';
import { verifySignature, type PublicKey } from '../metadata/keys.ts';
import { authorisedKey, countSignatures, ownerOf, type Authority } from '../metadata/threshold.ts';
import type { TransitionContext } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const thresholdCodes = ['role.threshold', 'root.threshold'] as const;

/**
 * @param authorities who may sign: one for most roles; for root N+1 those of N and of N+1, each of
 *   which must reach its threshold by itself
 */
export function* checkSignatures(
  file: string,
  document: Document,
  authorities: readonly Authority[],
): Iterable<RuleFinding> {
  const authorised = new Set(authorities.flatMap(({ role }) => role.keyIDs));
  const { signatures } = document;
  if (signatures.length > authorised.size) {
    yield finding('signature.too-many', file, `more signatures than the ${authorised.size} keys`);
    return;
  }
  const invalid = new Set(
    authorities.flatMap((authority) => countSignatures(document, authority).invalid),
  );
  for (const signature of signatures) {
    const { keyid } = signature;
    const authority = authorities.find(({ role }) => role.keyIDs.includes(keyid));
    if (authority === undefined) yield unauthorised(file, keyid);
    else yield* checkSignature(file, document, signature, authority, invalid.has(keyid));
  }
}

/** @param authority one that names the key */
function* checkSignature(
  file: string,
  document: Document,
  { keyid, sig }: RoleSignature,
  authority: Authority,
  isInvalid: boolean,
): Iterable<RuleFinding> {
  const where = signatureIn(file, keyid);
  const key = authorisedKey(authority, keyid);
  if (sig === '') {
    yield finding('signature.empty', where, 'an empty signature is no placeholder here');
  } else if (!/^([0-9a-f]{2})+$/.test(sig) || (key !== undefined && !isWellFormed(key, sig))) {
    yield finding('signature.form', where, 'not lower-case hex of a signature of this scheme');
  } else if (isInvalid) {
    yield finding('signature.invalid', where, 'the signature is not over this content');
  } else if (key !== undefined && !hasUsualSalt(key, document, sig)) {
    yield finding('signature.form', where, 'the salt of an RSA signature has 32 bytes');
  }
}

/**
 * Signatures of an untouched file that a change of keys left behind: they count no more, and who took
 * a key from somebody need not sign what others signed enough.
 */
export function leftBehind(
  file: string,
  { signatures }: Document,
  { role }: Authority,
): readonly RuleFinding[] {
  return signatures
    .filter(({ keyid }) => !role.keyIDs.includes(keyid))
    .map(({ keyid }) => unauthorised(file, keyid));
}

function unauthorised(file: string, keyid: string): RuleFinding {
  const where = signatureIn(file, keyid);
  return finding('signature.unauthorised', where, 'this key may not sign this role');
}

function signatureIn(file: string, keyid: string): string {
  return `${file}, signature of ${keyid.slice(0, 8)}`;
}

/** @param code `root.threshold` for root, `role.threshold` for all others */
export function* checkThreshold(
  file: string,
  document: Document,
  authority: Authority,
  code: (typeof thresholdCodes)[number] = 'role.threshold',
): Iterable<RuleFinding> {
  const { signers, threshold } = countSignatures(document, authority);
  if (signers.length >= threshold) return;
  const signed = new Set(signers.map(({ keyid }) => keyid));
  const missing = authority.role.keyIDs.filter((keyid) => !signed.has(keyid as PublicKey['keyid']));
  const names = missing.map((keyid) => ownerOf(authority, keyid)).join(', ');
  const has = `${signers.length} of ${threshold} needed signatures`;
  yield finding(code, file, `it has ${has}`, `can still sign: ${names === '' ? 'nobody' : names}`);
}

/** On a signing event a threshold that is not reached yet is no fault. */
export function isLeftOpen(
  { code }: RuleFinding,
  { thresholds }: Pick<TransitionContext, 'thresholds'>,
): boolean {
  return thresholds === 'left-open' && thresholdCodes.some((each) => each === code);
}

/** Some clients verify no other. */
function hasUsualSalt(key: PublicKey, document: Document, sig: string): boolean {
  const signature = Buffer.from(sig, 'hex');
  return verifySignature(key, document.signedBytes, signature, 'digest');
}

function isWellFormed(key: PublicKey, hex: string): boolean {
  const bytes = Buffer.from(hex, 'hex');
  if (key.scheme === 'ed25519') return bytes.length === 64;
  if (key.scheme.startsWith('ecdsa')) return isStrictDer(bytes);
  return bytes.length === (key.object.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}

/** SEQUENCE of two positive INTEGERs in shortest form (X.690 §8.3, §10.1), nothing before or after. */
function isStrictDer(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || bytes.length > 129) return false;
  const second = integerEnd(bytes, 2);
  return second !== undefined && integerEnd(bytes, second) === bytes.length;
}

function integerEnd(bytes: Buffer, at: number): number | undefined {
  const length = bytes[at + 1] ?? 0;
  const first = bytes[at + 2] ?? 0;
  const next = bytes[at + 3] ?? 0;
  const isShortest = length === 1 ? first !== 0 : first !== 0 || next >= 0x80;
  if (bytes[at] !== 0x02 || length === 0 || first >= 0x80 || !isShortest) return undefined;
  return at + 2 + length <= bytes.length ? at + 2 + length : undefined;
}
