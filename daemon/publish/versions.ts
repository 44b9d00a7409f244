import { fault, TufOnGitError, visible } from '../../core/error/error.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { verifyThreshold } from '../../core/metadata/threshold.ts';
import type { OnlineRole } from './journal.ts';
import type { PublicStore } from '../public/public-store.ts';
import type { RecordEntry } from '../record/record.ts';

export type HighestVersions = Readonly<Record<OnlineRole, number>>;

export const noVersions: HighestVersions = { snapshot: 0, timestamp: 0 };

/** True when either role is further there than here. */
export function isAbove(there: HighestVersions, here: HighestVersions): boolean {
  return there.snapshot > here.snapshot || there.timestamp > here.timestamp;
}

/** As people name a floor: `7:12` is snapshot 7 and timestamp 12. */
export function floorText({ snapshot, timestamp }: HighestVersions): string {
  return `${snapshot}:${timestamp}`;
}

/** @throws `usage.argument` for what is no floor as people name it */
export function parseFloor(text: string): HighestVersions {
  const [, snapshot, timestamp] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  if (snapshot !== undefined && timestamp !== undefined) {
    return { snapshot: Number(snapshot), timestamp: Number(timestamp) };
  }
  throw fault('usage.argument', '--floor', `"${visible(text)}" is not SNAPSHOT:TIMESTAMP`, {
    hint: 'name the highest versions that clients may have seen, as 7:12',
  });
}

/** The highest of each, over everything that can know of a version: record, journal, public files. */
export function highestOf(...all: readonly HighestVersions[]): HighestVersions {
  return {
    snapshot: Math.max(0, ...all.map(({ snapshot }) => snapshot)),
    timestamp: Math.max(0, ...all.map(({ timestamp }) => timestamp)),
  };
}

/** The versions of one entry of the record. */
export function versionsOf(record: Pick<RecordEntry, OnlineRole> | undefined): HighestVersions {
  return {
    snapshot: record?.snapshot.signed.version ?? 0,
    timestamp: record?.timestamp.signed.version ?? 0,
  };
}

/**
 * The highest versions among the public files. Only what verifies under this root counts: a file
 * that somebody put there must not make the daemon leap.
 */
export async function highestPublished(
  store: PublicStore,
  root: Document<'root'>,
): Promise<HighestVersions> {
  const snapshots = (await store.list('metadata'))
    .flatMap(({ name }) => /^metadata\/(\d{1,10})\.snapshot\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
  let snapshot = 0;
  for (const version of snapshots) {
    snapshot = await verifiedVersion(store, `metadata/${version}.snapshot.json`, 'snapshot', root);
    if (snapshot > 0) break;
  }
  const timestamp = await verifiedVersion(store, 'metadata/timestamp.json', 'timestamp', root);
  return { snapshot, timestamp };
}

/** 0 for what is not there or does not verify. */
async function verifiedVersion(
  store: PublicStore,
  name: string,
  role: OnlineRole,
  root: Document<'root'>,
): Promise<number> {
  const bytes = await store.read(name);
  if (bytes === undefined) return 0;
  try {
    const document = parseDocument(role, bytes, name);
    verifyThreshold(document, rootAuthority(root.signed, role), name);
    return document.signed.version;
  } catch (error) {
    if (error instanceof TufOnGitError) return 0;
    throw error;
  }
}
