/**
 * Signing. The order matters: the base was verified, the gate's rules have been asked, the change
 * was shown and confirmed; then everything is signed, each signature is verified, and only when all
 * of them are made is anything written.
 */
import { fault } from '../../core/error/error.ts';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import { verifySignature, type PublicKey } from '../../core/metadata/keys.ts';
import { countSignatures } from '../../core/metadata/threshold.ts';
import { rootFile } from '../../core/rules/state.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Signer } from '../../core/signers/signer.ts';
import type { Draft } from './drafts.ts';
import type { Project } from './project.ts';
import type { Signing } from './sign-plan.ts';
import { writeTreeFile } from './tree-files.ts';

/** A signature that was made and verified, and what it is over. Two new roles may say the same. */
export interface MadeSignature extends RoleSignature {
  readonly file: string;
  readonly signedBytes: Uint8Array;
}

/** A key that stays open for as long as the work goes on. @throws `signer.*` */
export type OpenSigner = (uri: string) => Promise<Signer>;

/** Each key is opened once, so that its secret is asked for once, and closed at the end. */
export async function withSigners<T>(
  access: KeyAccess,
  work: (open: OpenSigner) => Promise<T>,
): Promise<T> {
  const { openSigner } = await import('../../core/signers/open-signer.ts');
  const signers = new Map<string, Signer>();
  try {
    return await work(async (uri) => {
      const signer = signers.get(uri) ?? (await openSigner(uri, access));
      signers.set(uri, signer);
      return signer;
    });
  } finally {
    for (const signer of signers.values()) await signer.close();
  }
}

/** @throws `signer.*` before anything is signed by another key in vain */
export async function makeSignatures(
  plan: readonly Signing[],
  open: OpenSigner,
): Promise<readonly MadeSignature[]> {
  for (const { own } of plan) await open(own.uri);
  const made: MadeSignature[] = [];
  for (const { draft, own, keyid } of plan) {
    const { signedBytes } = draft.after;
    const sig = await signBytes(await open(own.uri), own.key, signedBytes, draft.file);
    made.push({ file: draft.file, keyid, sig, signedBytes });
  }
  return made;
}

/**
 * A signature that was verified, in lower-case hex.
 * @throws `signer.wrong-key` for one that is not by that key, beside what signing throws
 */
export async function signBytes(
  signer: Signer,
  key: PublicKey,
  bytes: Uint8Array,
  where: string,
): Promise<string> {
  const sig = await signer.sign(bytes);
  if (verifySignature(key, bytes, sig)) return Buffer.from(sig).toString('hex');
  throw fault('signer.wrong-key', where, 'the key made a signature that does not verify');
}

export function isFor(made: MadeSignature, { file, after }: Draft): boolean {
  return made.file === file && Buffer.from(made.signedBytes).equals(after.signedBytes);
}

export interface SignedDraft {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * What to write once everything is signed: each draft with its new signatures behind those that were
 * valid before, and no others; the newest root twice. Drafts that stay as they are do not appear.
 */
export function signedDrafts(
  drafts: readonly Draft[],
  made: readonly MadeSignature[],
): readonly SignedDraft[] {
  const signed = drafts.flatMap((draft) => signedDraft(draft, made));
  const newest = drafts.findLast(({ name }) => name === 'root')?.file;
  const root = signed.find(({ file }) => file === newest);
  return root === undefined ? signed : [...signed, { file: rootFile, bytes: root.bytes }];
}

function signedDraft(draft: Draft, made: readonly MadeSignature[]): readonly SignedDraft[] {
  const kept = validSignatures(draft);
  const added = made
    .filter((one) => isFor(one, draft) && kept.every(({ keyid }) => keyid !== one.keyid))
    .map(({ keyid, sig }) => ({ keyid, sig }));
  if (added.length === 0 && kept.length === draft.after.signatures.length) return [];
  return [{ file: draft.file, bytes: formatDocument(draft.after.signedJson, [...kept, ...added]) }];
}

export async function writeSigned({ git }: Project, signed: readonly SignedDraft[]): Promise<void> {
  for (const { file, bytes } of signed) await writeTreeFile(git.dir, file, bytes);
}

/** Signatures of a draft that fit its content and are by keys that may sign it. */
export function validSignatures({ after, authorities }: Draft): readonly RoleSignature[] {
  const valid = new Set<string>(
    authorities.flatMap((authority) =>
      countSignatures(after, authority).signers.map(({ keyid }) => keyid),
    ),
  );
  return after.signatures.filter(({ keyid }) => valid.has(keyid));
}
