/** What is published, read as a new client would: believed only where it verifies. */
import { fault } from '../../core/error/error.ts';
import { recordRef } from '../../core/gate/published.ts';
import { readState } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { TrustedSet, type Verified } from '../../core/metadata/trusted-set.ts';
import {
  loadRepository,
  type DocumentCache,
  type LoadedRepository,
} from '../../core/rules/repository.ts';
import type { AuditedHome } from './audited-home.ts';

export interface Publication {
  /** The commit of `main` that is published. */
  readonly commit: ObjectId;
  /** What a client fetches that has an older set: timestamp, snapshot and targets, in bytes. */
  readonly refreshBytes: number;
  /** Every role that a client gets to see, in the order in which it does. */
  readonly roles: readonly VerifiedRole[];
}

export interface VerifiedRole {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
}

/**
 * Goes the way of a new client from the pinned root to the last delegated role of the newest
 * generation; undefined before the first.
 * @param documents what was parsed already
 * @throws what a client would: TUF 1.0.34 §5.3–5.6; `publish.record` for what is no record of `main`
 */
export async function verifyPublished(
  home: AuditedHome,
  documents: DocumentCache,
): Promise<Publication | undefined> {
  const { readRecord } = await import('../../daemon/record/record.ts');
  const { git, tip } = home;
  const newest = await git.resolveRef(recordRef);
  if (newest === undefined) return undefined;
  const record = await readRecord(git, newest);
  await requireOnMain(git, record.commit, tip);
  const repository = await loadRepository(await readState(git, record.commit), documents);
  const fetched = [record.timestamp, record.snapshot, repository.roles.get('targets')?.document];
  return {
    commit: record.commit,
    refreshBytes: fetched.reduce((sum, document) => sum + (document?.bytes.length ?? 0), 0),
    roles: asClient(home, record, repository),
  };
}

/** The part of an entry of the record that a client gets. */
interface Generation {
  readonly snapshot: Document<'snapshot'>;
  readonly timestamp: Document<'timestamp'>;
}

function asClient(
  { pinnedRoot, now }: AuditedHome,
  { snapshot, timestamp }: Generation,
  { roots, roles }: LoadedRepository,
): readonly VerifiedRole[] {
  const set = TrustedSet.fromRoot(pinnedRoot.bytes, { referenceTime: now });
  for (const { signed, bytes } of roots) {
    if (signed.version > set.root.signed.version) set.updateRoot(bytes);
  }
  set.requireFreshRoot();
  set.updateTimestamp(timestamp.bytes);
  set.updateSnapshot(snapshot.bytes);
  const verified = new Map<string, Verified<'targets'>>();
  for (const { name, delegator, document } of roles.values()) {
    const above = verified.get(delegator);
    const role =
      above === undefined
        ? set.updateTargets(document.bytes)
        : set.updateDelegatedTargets(document.bytes, name, above);
    verified.set(name, role);
  }
  return [
    roleOf('root', set.root),
    roleOf('timestamp', timestamp),
    roleOf('snapshot', snapshot),
    ...[...verified].map(([name, document]) => roleOf(name, document)),
  ];
}

function roleOf(role: string, { signed }: Document): VerifiedRole {
  return { role, version: signed.version, expires: signed.expires };
}

async function requireOnMain(git: BareRepository, commit: ObjectId, tip: ObjectId): Promise<void> {
  if (await git.isAncestor(commit, tip)) return;
  throw fault('publish.record', commit, 'the published commit is no part of main', {
    hint: 'main was moved back behind the daemon, or the record is of another repository',
  });
}
