/**
 * Signatures by WebCrypto, for a state machine that asks at once: `settled` runs it, lets WebCrypto
 * answer what it asked, and runs it again, until nothing is asked any more. A signature that is not
 * answered yet counts for nothing, so what such a run accepts is accepted; what it refuses counts only
 * when nothing was open. It may be run again because a trusted set that refuses has not changed.
 */
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fault } from '../../../../core/error/error.ts';
import { verifyEd25519 } from './ed25519.ts';
import { saltLengthOf } from './pss-salt.ts';
import { bytes, writeSpki, type Jwk } from './spki.ts';

/** Of RSASSA-PSS: as long as the digest, or of whatever length. */
export type Padding = 'digest' | 'any';

export interface Question {
  readonly key: Jwk;
  /** `sha256` and the like; null for Ed25519. */
  readonly hash: string | null;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly salt: Padding;
}

const answers = new Map<string, boolean>();
let asked: Question[] = [];

export function answerTo(question: Question): boolean {
  const answer = answers.get(nameOf(question));
  if (answer === undefined) asked.push(question);
  return answer ?? false;
}

/** @param work as often as it takes; what it throws when nothing is open any more is thrown */
export async function settled<T>(work: () => T): Promise<T> {
  for (;;) {
    asked = [];
    const outcome = attempt(work);
    const open = asked;
    asked = [];
    if ('value' in outcome) return outcome.value;
    if (open.length === 0) throw outcome.error;
    await Promise.all(open.map(answer));
  }
}

/** The same for what never refuses: run again until nothing is open. */
export async function answered<T>(work: () => T): Promise<T> {
  for (;;) {
    asked = [];
    const value = work();
    const open = asked;
    asked = [];
    if (open.length === 0) return value;
    await Promise.all(open.map(answer));
  }
}

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

async function answer(question: Question): Promise<void> {
  requireWebCrypto();
  const isGood = await verified(question).catch(() => false); // no such key or signature
  answers.set(nameOf(question), isGood);
}

/** Browsers have it where a page came by a safe way. Without it nothing is known of any signature. */
function requireWebCrypto(): void {
  const { subtle } = globalThis.crypto as { readonly subtle?: unknown };
  if (subtle !== undefined) return;
  throw fault(
    'client.configuration',
    'this page',
    'the browser gives it no WebCrypto to verify with',
    {
      hint: 'open it over https, from localhost, or as a file',
    },
  );
}

function verified(question: Question): Promise<boolean> {
  if (question.key.kty === 'OKP') return verifiedEd25519(question);
  return question.key.kty === 'EC' ? verifiedEcdsa(question) : verifiedPss(question);
}

/** WebCrypto has it in newer browsers only. */
async function verifiedEd25519({ key, data, signature }: Question): Promise<boolean> {
  if (key.kty !== 'OKP') return false;
  const imported = await subtle()
    .importKey('raw', owned(bytes(key.x)), 'Ed25519', false, ['verify'])
    .catch(() => undefined);
  if (imported === undefined) return verifyEd25519(bytes(key.x), data, signature);
  return subtle().verify('Ed25519', imported, owned(signature), owned(data));
}

/** WebCrypto takes r and s beside each other, where TUF has the DER of both (RFC 3279 §2.2.3). */
async function verifiedEcdsa({ key, hash, data, signature }: Question): Promise<boolean> {
  if (key.kty !== 'EC') return false;
  const curve = { 'P-256': p256, 'P-384': p384 }[key.crv];
  const raw = curve.Signature.fromBytes(signature, 'der').toBytes('compact');
  const imported = await importSpki(key, { name: 'ECDSA', namedCurve: key.crv });
  return subtle().verify({ name: 'ECDSA', hash: webName(hash) }, imported, owned(raw), owned(data));
}

async function verifiedPss({ key, hash, data, signature, salt }: Question): Promise<boolean> {
  if (key.kty !== 'RSA') return false;
  const digestLength = Number(webName(hash).slice(-3)) / 8;
  const saltLength = salt === 'digest' ? digestLength : saltLengthOf(key, signature, digestLength);
  if (saltLength === undefined) return false;
  const imported = await importSpki(key, { name: 'RSA-PSS', hash: webName(hash) });
  return subtle().verify({ name: 'RSA-PSS', saltLength }, imported, owned(signature), owned(data));
}

interface KeyAlgorithm {
  readonly name: 'ECDSA' | 'RSA-PSS';
  readonly namedCurve?: string;
  readonly hash?: string;
}

function importSpki(key: Jwk, algorithm: KeyAlgorithm) {
  return subtle().importKey('spki', owned(writeSpki(key)), algorithm, false, ['verify']);
}

/** By content: each run reads its document anew. */
function nameOf({ key, hash, data, signature, salt }: Question): string {
  const digest = digests.get(data) ?? hex(sha256(data));
  digests.set(data, digest);
  return JSON.stringify([key, hash, salt, hex(signature), digest]);
}

const digests = new WeakMap<Uint8Array, string>();
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

const webName = (hash: string | null) => `SHA-${(hash ?? '').slice(3)}`;
const subtle = () => globalThis.crypto.subtle;
/** A copy of its own: WebCrypto takes no view of memory that is shared. */
const owned = (data: Uint8Array) => new Uint8Array(data);
