/**
 * Signing. The order matters: the base was verified, the gate's rules have been asked, the change
 * was shown and confirmed; then everything is signed, each signature is verified, and only when all
 * of them are made is anything written.
 */
import { fault } from '../../core/error/error.ts';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import { verifySignature } from '../../core/metadata/keys.ts';
import { countSignatures, ownerOf } from '../../core/metadata/threshold.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import type { Draft } from './drafts.ts';
import type { Project } from './project.ts';
import { writeTreeFile } from './tree-files.ts';
import { keyidFor, ownersOf, type OwnKey } from './own-keys.ts';

/** One signature to make. */
export interface Signing {
  readonly draft: Draft;
  readonly own: OwnKey;
  /** The keyid under which the role's delegator knows the key, and the person it names with it. */
  readonly keyid: string;
  readonly owner: string;
}

/**
 * The signatures that these keys can add.
 * @throws `workspace.not-allowed` when none of them may sign any of the drafts
 */
export function planSignatures(
  drafts: readonly Draft[],
  keys: readonly OwnKey[],
): readonly Signing[] {
  const allowed = drafts.flatMap((draft) => keys.flatMap((own) => signingsOf(draft, own)));
  if (allowed.length === 0) throw notAllowed(drafts);
  return allowed.filter((signing) => !isMade(signing));
}

/**
 * What to write once everything is signed: each draft with its new signatures behind those that were
 * valid before, and no others. Drafts that stay as they are do not appear.
 */
export async function makeSignatures(
  drafts: readonly Draft[],
  plan: readonly Signing[],
  access: KeyAccess,
): Promise<readonly SignedDraft[]> {
  const made: { draft: Draft; signature: RoleSignature }[] = [];
  for (const uri of new Set(plan.map(({ own }) => own.uri))) {
    const own = plan.filter((signing) => signing.own.uri === uri);
    made.push(...(await signWith(uri, own, access)));
  }
  return drafts.flatMap((draft) => {
    const added = made.filter((one) => one.draft === draft).map(({ signature }) => signature);
    const kept = validSignatures(draft);
    if (added.length === 0 && kept.length === draft.after.signatures.length) return [];
    return [
      { file: draft.file, bytes: formatDocument(draft.after.signedJson, [...kept, ...added]) },
    ];
  });
}

export interface SignedDraft {
  readonly file: string;
  readonly bytes: Uint8Array;
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

/** One for each keyid: the old and the new root may know a key under one or under two. */
function signingsOf(draft: Draft, own: OwnKey): readonly Signing[] {
  const signings = new Map<string, Signing>();
  for (const authority of draft.authorities) {
    const keyid = keyidFor(authority, own.key);
    if (keyid === undefined || signings.has(keyid)) continue;
    signings.set(keyid, { draft, own, keyid, owner: ownerOf(authority, keyid) });
  }
  return [...signings.values()];
}

function isMade({ draft: { after, authorities }, own, keyid }: Signing): boolean {
  return authorities
    .filter((authority) => keyidFor(authority, own.key) === keyid)
    .every((authority) => {
      const { signers } = countSignatures(after, authority);
      return signers.some(({ fingerprint }) => fingerprint === own.key.fingerprint);
    });
}

async function signWith(uri: string, plan: readonly Signing[], access: KeyAccess) {
  const { openSigner } = await import('../../core/signers/open-signer.ts');
  const signer = await openSigner(uri, access);
  try {
    const signatures = [];
    for (const { draft, own, keyid } of plan) {
      const sig = await signer.sign(draft.after.signedBytes);
      if (!verifySignature(own.key, draft.after.signedBytes, sig)) {
        throw fault(
          'signer.wrong-key',
          draft.file,
          'the key made a signature that does not verify',
        );
      }
      signatures.push({ draft, signature: { keyid, sig: Buffer.from(sig).toString('hex') } });
    }
    return signatures;
  } finally {
    await signer.close();
  }
}

function notAllowed(drafts: readonly Draft[]) {
  const [draft] = drafts;
  const owners = new Set(draft?.authorities.flatMap(ownersOf));
  const files = drafts.map(({ file }) => file).join(', ');
  return fault('workspace.not-allowed', files, 'none of your keys may sign this', {
    hint: `${draft?.name ?? 'it'} is signed by ${[...owners].join(', ')}`,
  });
}
