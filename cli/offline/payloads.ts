/** The bytes that are to be signed, for tools that know nothing of metadata. */
import { createHash } from 'node:crypto';
import { visible } from '../../core/error/error.ts';
import type { PublicKey, Scheme } from '../../core/metadata/keys.ts';
import { authorisedKey, ownerOf } from '../../core/metadata/threshold.ts';
import type { Draft } from '../workspace/drafts.ts';
import { validSignatures } from '../workspace/sign-drafts.ts';

/** One payload: a role of a version, as its canonical bytes. */
export interface Payload {
  readonly role: string;
  readonly version: number;
  /** In the exported folder. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Hex of the SHA-256 of the bytes: what people read to each other. */
  readonly sha256: string;
  readonly signers: readonly PayloadSigner[];
}

/** Somebody who may sign it. */
export interface PayloadSigner {
  readonly owner: string;
  readonly key: PublicKey;
  readonly hasSigned: boolean;
}

export function payloadOf(draft: Draft): Payload {
  const { name, after } = draft;
  const { version } = after.signed;
  return {
    role: name,
    version,
    file: `payloads/${name}-${version}`,
    bytes: after.signedBytes,
    sha256: createHash('sha256').update(after.signedBytes).digest('hex'),
    signers: signersOf(draft),
  };
}

/** Each key once, in the order of the delegation. */
function signersOf(draft: Draft): readonly PayloadSigner[] {
  const signed = new Set(validSignatures(draft).map(({ keyid }) => keyid));
  const signers = new Map<string, PayloadSigner>();
  for (const authority of draft.authorities) {
    for (const keyid of authority.role.keyIDs) {
      const key = authorisedKey(authority, keyid);
      if (key === undefined) continue;
      const owner = ownerOf(authority, keyid);
      signers.set(keyid, { owner, key, hasSigned: signed.has(keyid) });
    }
  }
  return [...signers.values()];
}

/** What a signature of that scheme is, for whoever makes it with another tool. */
const makings: Partial<Record<Scheme, string>> = {
  ed25519: 'Ed25519 over the bytes of the file',
  'ecdsa-sha2-nistp256': 'ECDSA on P-256 over the SHA-256 of the file, DER or r and s',
  'rsassa-pss-sha256': 'RSA-PSS over the SHA-256 of the file, MGF1 with SHA-256, salt of 32 bytes',
};

/** What is exported, for a person with any tool. */
export function readme(
  words: readonly string[],
  payloads: readonly Payload[],
  next: readonly string[],
): string {
  const lines = [...words, '', ...payloads.flatMap(payloadLines), ...next];
  return `${lines.join('\n')}\n`;
}

function payloadLines({ file, bytes, sha256, signers }: Payload): readonly string[] {
  return [
    file,
    `  ${bytes.length} bytes, sha256 ${sha256}`,
    ...signers.flatMap(({ owner, key, hasSigned }) => [
      `  ${visible(owner)}${hasSigned ? ', who has signed' : ''}`,
      `    keyid ${key.keyid}`,
      `    ${makings[key.scheme] ?? key.scheme}`,
    ]),
    '',
  ];
}

/** The same for a program. */
export function payloadJson({ role, version, file, bytes, sha256, signers }: Payload) {
  const keys = signers.map(({ owner, key, hasSigned }) => {
    return { keyid: key.keyid, owner, scheme: key.scheme, hasSigned };
  });
  return { role, version, file, length: bytes.length, sha256, keys };
}
