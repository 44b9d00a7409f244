/** Who has signed a role and who has not, in words that hook and command line share. */
import type { Document } from '../metadata/document.ts';
import { authorisedKey, countSignatures, ownerOf, type Authority } from '../metadata/threshold.ts';

/** A role that collects signatures, and those who may give them. */
export interface RoleToSign {
  readonly name: string;
  readonly after: Document;
  readonly authority: Authority;
  /** Of a root: the version whose keys these are, its own or the one before. */
  readonly keysOfRoot?: number;
}

/** Who signed, and who still may. Names are owners, or beginnings of keyids. */
export interface SignatureStatus {
  readonly role: string;
  readonly version: number;
  readonly keysOfRoot?: number;
  readonly threshold: number;
  readonly signed: readonly string[];
  /** Those who have not signed, whether or not all of them must. */
  readonly missing: readonly string[];
  readonly isComplete: boolean;
}

export function signatureStatus(asked: RoleToSign): SignatureStatus {
  const { authority, after, name, keysOfRoot } = asked;
  const { signers, threshold } = countSignatures(after, authority);
  const signed = new Set(signers.map(({ fingerprint }) => fingerprint));
  const missing = authority.role.keyIDs.filter((keyid) => {
    const key = authorisedKey(authority, keyid);
    return key !== undefined && !signed.has(key.fingerprint);
  });
  return {
    role: name,
    version: after.signed.version,
    ...(keysOfRoot === undefined ? {} : { keysOfRoot }),
    threshold,
    signed: signers.map(({ keyid }) => ownerOf(authority, keyid)),
    missing: namesOf(authority, missing),
    isComplete: signers.length >= threshold,
  };
}

/** "targets version 4: 1 of 2 signatures; bob or carol is missing"; for root, whose keys are meant. */
export function signatureLine(status: SignatureStatus): string {
  const { role, version, keysOfRoot } = status;
  const words = signatureWords(status);
  if (keysOfRoot === undefined) return `${role} version ${version}: ${words}`;
  const whose = keysOfRoot === version ? 'its own keys' : `the keys of version ${keysOfRoot}`;
  return `${role} version ${version}, by ${whose}: ${words}`;
}

/** "1 of 2 signatures; bob or carol is missing", or "2 of 2 signatures". */
export function signatureWords({ signed, threshold, missing }: SignatureStatus): string {
  const has = `${signed.length} of ${threshold} ${threshold === 1 ? 'signature' : 'signatures'}`;
  const needed = threshold - signed.length;
  if (needed <= 0) return has;
  if (missing.length < needed) return `${has}; nobody is left who could sign`;
  return `${has}; ${missingWords(needed, missing)} missing`;
}

function missingWords(needed: number, names: readonly string[]): string {
  if (needed === names.length) return `${listed(names, 'and')} ${needed === 1 ? 'is' : 'are'}`;
  if (needed === 1) return `${listed(names, 'or')} is`;
  return `${needed} of ${listed(names, 'and')} are`;
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}

function namesOf(authority: Authority, keyids: readonly string[]): readonly string[] {
  return [...new Set(keyids.map((keyid) => ownerOf(authority, keyid)))];
}
