/**
 * A ceremony whose people are not at one table. `init --export` writes root and targets, signed by the
 * keys that are at hand, into a folder that copies of go to everybody; each signs one, wherever that is
 * (`sign --exported`); `init --import` takes them all, and makes the HOME when enough have signed. What
 * was agreed on is in the metadata: nobody says it a second time.
 */
import { fault, visible } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import { readPolicy } from '../../core/metadata/policy.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import { authorisedKey, ownerOf, type Authority } from '../../core/metadata/threshold.ts';
import { fingerprints } from '../../core/rules/root-rules.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import { rootFile, targetsFile } from '../../core/rules/state.ts';
import { placeSignatures } from '../offline/place-signatures.ts';
import { readReturned, returnedDocuments, signaturesOver } from '../offline/returned-signatures.ts';
import { verifyCarried, type CarriedChange } from '../offline/verify-carried.ts';
import type { MetadataFiles } from '../offline/carried-folder.ts';
import { statusesOf } from '../workspace/drafts.ts';
import { signedDrafts } from '../workspace/sign-drafts.ts';
import type { Ceremony, CeremonyRole, OnlineKey } from './ceremony.ts';
import { metadataFiles, type FirstMetadata } from './first-metadata.ts';

/** The first metadata as people see it, whoever has signed it. @throws the rule's code */
export async function firstChange(metadata: FirstMetadata, now: Date): Promise<CarriedChange> {
  return verifyFirst(metadataFiles(metadata), now);
}

/**
 * The first metadata with every signature that came back.
 * @throws `usage.argument` for folders of something else; `signature.*` for what does not fit; the
 *   rule's code
 */
export async function collectSignatures(
  folders: readonly string[],
  cwd: string,
  now: Date,
): Promise<CarriedChange> {
  const carried = await readReturned(folders, cwd);
  const [first] = carried;
  if (first === undefined || carried.some(({ before }) => before.size > 0)) {
    throw fault('usage.argument', '--import', 'this is no folder that init --export has written', {
      hint: 'signatures for a repository that exists: tuf-on-git sign --import',
    });
  }
  const { drafts } = await verifyFirst(first.after, now);
  const returned = carried.flatMap(returnedDocuments);
  const signatures = signaturesOver(drafts, returned, (text) => {
    throw fault('signature.invalid', '--import', `the folders are of two ceremonies: ${text}`);
  });
  const { made } = placeSignatures(drafts, signatures);
  const signed = signedDrafts(drafts, made).map(({ file, bytes }) => [file, bytes] as const);
  return verifyFirst(new Map([...first.after, ...signed]), now);
}

/** @throws `workspace.waiting` while signatures are missing */
export function requireSignatures({ drafts }: CarriedChange): void {
  const waiting = drafts.flatMap(statusesOf).find(({ isComplete }) => !isComplete);
  if (waiting === undefined) return;
  const words = `${waiting.role}: ${visible(signatureWords(waiting))}`;
  throw fault('workspace.waiting', 'the ceremony', `${words}; nothing is made yet`, {
    hint: 'they sign a copy of the folder: tuf-on-git sign --exported FOLDER',
  });
}

/** The files, and what of a ceremony they say. @throws `root.online-key` for another online key */
export function agreedCeremony(
  change: CarriedChange,
  online: OnlineKey,
): Pick<Ceremony, 'root' | 'targets' | 'policy'> & { readonly metadata: FirstMetadata } {
  const { root, targets } = documentsOf(change);
  if (!fingerprints(root, ['timestamp', 'snapshot']).has(online.key.fingerprint)) {
    const message = 'this is not the key that root names for snapshot and timestamp';
    throw fault('root.online-key', '--online-key', message);
  }
  const policy = readPolicy(root.signed);
  const { repository } = policy;
  if (repository === undefined) {
    throw fault('role.other-repository', rootFile, 'root gives the repository no name');
  }
  return {
    root: roleOf(root, rootAuthority(root.signed, 'root')),
    targets: roleOf(targets, rootAuthority(root.signed, 'targets')),
    policy: { ...policy, repository },
    metadata: { root: root.bytes, targets: targets.bytes },
  };
}

function verifyFirst(after: MetadataFiles, now: Date): Promise<CarriedChange> {
  return verifyCarried({ before: new Map(), after }, { kind: 'none' }, now);
}

function documentsOf({ drafts }: CarriedChange) {
  const find = <T extends Document['type']>(type: T) => {
    const found = drafts.find(({ after }) => after.type === type)?.after;
    if (found !== undefined) return found as Document<T>;
    throw fault(
      'role.missing',
      type === 'root' ? rootFile : targetsFile,
      'it was not carried along',
    );
  };
  return { root: find('root'), targets: find('targets') };
}

function roleOf(document: Document, authority: Authority): CeremonyRole {
  const keys = authority.role.keyIDs.flatMap((keyid) => {
    const key = authorisedKey(authority, keyid);
    return key === undefined ? [] : [{ name: ownerOf(authority, keyid), key }];
  });
  const days = document.signedJson['x-tuf-on-ci-expiry-period'];
  return { keys, threshold: authority.role.threshold, expiresDays: Number(days) };
}
