/** Which signatures the keys of a workspace can add to a change. */
import { fault } from '../../core/error/error.ts';
import { countSignatures, ownerOf } from '../../core/metadata/threshold.ts';
import type { Draft } from './drafts.ts';
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
  const allowed = allowedSignatures(drafts, keys);
  if (allowed.length === 0) throw notAllowed(drafts);
  return allowed.filter((signing) => !isMade(signing));
}

/** The same for somebody who only asks what there is to do: none where none are allowed. */
export function missingSignatures(
  drafts: readonly Draft[],
  keys: readonly OwnKey[],
): readonly Signing[] {
  return allowedSignatures(drafts, keys).filter((signing) => !isMade(signing));
}

/** Those and the ones that were made. */
export function allowedSignatures(
  drafts: readonly Draft[],
  keys: readonly OwnKey[],
): readonly Signing[] {
  return drafts.flatMap((draft) => {
    const all = keys.flatMap((own) => signingsOf(draft, own));
    const byNamed = all.filter(({ own }) => own.isFound !== true);
    return byNamed.length > 0 ? byNamed : all;
  });
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

function notAllowed(drafts: readonly Draft[]) {
  const [draft] = drafts;
  const owners = new Set(draft?.authorities.flatMap(ownersOf));
  const files = drafts.map(({ file }) => file).join(', ');
  return fault('workspace.not-allowed', files, 'none of your keys may sign this', {
    hint: `${draft?.name ?? 'it'} is signed by ${[...owners].join(', ')}`,
  });
}
