/** The chain of roots: what each version changed in who may sign. */
import { rootAuthority } from '../../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import { topLevelRoles } from '../../../core/metadata/names.ts';
import { ownerOf } from '../../../core/metadata/threshold.ts';
import { rootFingerprint } from '../../root-fingerprint.ts';
import { signingOf, type Signing } from '../../target-provenance.ts';
import { answered } from './node/signatures.ts';

export interface RootReport extends Signing {
  /** SHA-256 of the file, in hex. */
  readonly fingerprint: string;
  /** Against the version before; none for the one that the user trusts. */
  readonly changes: readonly RootChange[];
}

export interface RootChange {
  readonly role: (typeof topLevelRoles)[number];
  /** Owners of keys, or the beginnings of keyids. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly threshold: { readonly from: number; readonly to: number };
}

/** @param files verified, each by the one before */
export async function rootReports(files: readonly Uint8Array[]): Promise<readonly RootReport[]> {
  const documents = files.map((bytes) => parseDocument('root', bytes));
  const reports: RootReport[] = [];
  for (const [index, document] of documents.entries()) {
    const signing = await answered(() =>
      signingOf(document, rootAuthority(document.signed, 'root')),
    );
    const before = documents[index - 1];
    reports.push({
      ...signing,
      fingerprint: rootFingerprint(document.bytes),
      changes: before === undefined ? [] : changesBetween(before, document),
    });
  }
  return reports;
}

function changesBetween(before: Document<'root'>, after: Document<'root'>): readonly RootChange[] {
  return topLevelRoles
    .map((role) => {
      const [old, now] = [rootAuthority(before.signed, role), rootAuthority(after.signed, role)];
      const [had, has] = [new Set(old.role.keyIDs), new Set(now.role.keyIDs)];
      return {
        role,
        added: [...has].filter((id) => !had.has(id)).map((id) => ownerOf(now, id)),
        removed: [...had].filter((id) => !has.has(id)).map((id) => ownerOf(old, id)),
        threshold: { from: old.role.threshold, to: now.role.threshold },
      };
    })
    .filter(
      ({ added, removed, threshold: { from, to } }) =>
        added.length + removed.length > 0 || from !== to,
    );
}
