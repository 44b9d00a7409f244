/** TUF metadata as anybody can make it with a few lines of their own: node:crypto and canonical JSON. */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalize } from '@tufjs/canonical-json';

/** An Ed25519 key: TUF 1.0.34 §4.2. */
export interface HandKey {
  readonly keyid: string;
  readonly json: object;
  readonly privateKey: KeyObject;
}

export interface Signed {
  version: number;
  expires: string;
  [field: string]: unknown;
}

export interface TargetsSigned extends Signed {
  targets: Record<string, TargetEntry>;
  delegations?: Delegations;
}

/** Whom a role has sign other roles, and for which target paths. */
export interface Delegations {
  keys: Record<string, object>;
  roles: {
    name: string;
    keyids: string[];
    threshold: number;
    terminating: boolean;
    paths: string[];
  }[];
}

export interface RootSigned extends Signed {
  keys: Record<string, object>;
  roles: Record<'root' | 'targets' | 'snapshot' | 'timestamp', Signers>;
}

export interface Signers {
  keyids: string[];
  threshold: number;
}

export interface TargetEntry {
  length: number;
  hashes: { sha256: string };
}

/** A metadata file. */
export interface Envelope<S extends Signed = Signed> {
  signed: S;
  signatures: { keyid: string; sig: string }[];
}

export function newHandKey(): HandKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const raw = publicKey.subarray(-32); // RFC 8410 §4: it ends with the key itself
  const keyval = { public: raw.toString('hex') };
  return handKey({ keytype: 'ed25519', scheme: 'ed25519', keyval }, readPrivateKey(privateKey));
}

/** The key of a file that was made with `key generate --unsafe-plaintext`. */
export async function readHandKey(file: string): Promise<HandKey> {
  const { key, unsafePlaintext } = JSON.parse(await readFile(file, 'utf8')) as {
    key: object;
    unsafePlaintext: string;
  };
  return handKey(key, readPrivateKey(Buffer.from(unsafePlaintext, 'base64')));
}

function readPrivateKey(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** A metadata file with a signature of each key. */
export function signByHand<S extends Signed>(signed: S, keys: readonly HandKey[]): Envelope<S> {
  const bytes = Buffer.from(canonicalize(signed));
  const signatures = keys.map(({ keyid, privateKey }) => {
    return { keyid, sig: sign(null, bytes, privateKey).toString('hex') };
  });
  return { signed, signatures };
}

export function targetEntry(bytes: Uint8Array): TargetEntry {
  return { length: bytes.length, hashes: { sha256: sha256(bytes) } };
}

/** `expires`, so many days from now. */
export function daysFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function toFile(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function handKey(json: object, privateKey: KeyObject): HandKey {
  return { keyid: sha256(canonicalize(json)), json, privateKey };
}
