/** The record of what was published, read as an auditor does: believed only where it verifies. */
import { fault } from '../../core/error/error.ts';
import { readState } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { TrustedSet, type Verified } from '../../core/metadata/trusted-set.ts';
import { loadRepository } from '../../core/rules/repository.ts';

/** One entry of the record, as far as an audit needs it. */
export interface Generation {
  readonly parent: ObjectId | undefined;
  /** The commit of `main` that was published. */
  readonly commit: ObjectId;
  readonly arrivals: readonly { readonly commit: ObjectId; readonly receivedAt: Date }[];
  readonly snapshot: Document<'snapshot'>;
  readonly timestamp: Document<'timestamp'>;
}

export interface Publication {
  readonly newest: Generation;
  readonly generations: number;
  /** When each commit of `main` that was published had been received. */
  readonly receivedAt: ReadonlyMap<ObjectId, Date>;
}

/** Reads the whole record; undefined before the first generation. @throws `publish.record` */
export async function readPublication(
  repository: BareRepository,
): Promise<Publication | undefined> {
  const { readRecord, recordRef } = await import('../../daemon/publish/record.ts');
  const tip = await repository.resolveRef(recordRef);
  if (tip === undefined) return undefined;
  const newest: Generation = await readRecord(repository, tip);
  const receivedAt = new Map<ObjectId, Date>();
  let generations = 0;
  for (let entry: Generation | undefined = newest; entry !== undefined;) {
    generations += 1;
    for (const arrival of entry.arrivals) receivedAt.set(arrival.commit, arrival.receivedAt);
    entry = entry.parent && (await readRecord(repository, entry.parent));
  }
  return { newest, generations, receivedAt };
}

/**
 * Goes the way of a new client from the pinned root to the last delegated role.
 * @returns every role that was verified, in that order
 * @throws what a client would: TUF 1.0.34 §5.3–5.6
 */
export async function verifyPublished(
  repository: BareRepository,
  { newest }: Publication,
  pinnedRoot: Document<'root'>,
  now: Date,
): Promise<readonly VerifiedRole[]> {
  const { roots, roles } = await loadRepository(await readState(repository, newest.commit));
  const set = TrustedSet.fromRoot(pinnedRoot.bytes, { referenceTime: now });
  for (const { signed, bytes } of roots) {
    if (signed.version > set.root.signed.version) set.updateRoot(bytes);
  }
  set.requireFreshRoot();
  set.updateTimestamp(newest.timestamp.bytes);
  set.updateSnapshot(newest.snapshot.bytes);
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
    roleOf('timestamp', newest.timestamp),
    roleOf('snapshot', newest.snapshot),
    ...[...verified].map(([name, document]) => roleOf(name, document)),
  ];
}

export interface VerifiedRole {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
}

function roleOf(role: string, { signed }: Document): VerifiedRole {
  return { role, version: signed.version, expires: signed.expires };
}

/** @throws `publish.record` when what was published is no part of `main` */
export async function requireOnMain(
  repository: BareRepository,
  { newest }: Publication,
  tip: ObjectId,
): Promise<void> {
  if (await repository.isAncestor(newest.commit, tip)) return;
  throw fault('publish.record', newest.commit, 'the published commit is no part of main', {
    hint: 'main was moved back behind the daemon, or the record is of another repository',
  });
}
