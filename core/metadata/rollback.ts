import { fault } from '../error/error.ts';
import type { MetaFile, Snapshot, Timestamp } from './tufjs.ts';

/**
 * TUF 1.0.34 §5.4.3: neither the timestamp nor the snapshot version that it names goes down.
 * @throws `rollback.timestamp`, `rollback.snapshot`
 */
export function checkTimestampRollback(trusted: Timestamp, next: Timestamp): void {
  if (next.version < trusted.version) {
    const versions = `version ${next.version} after ${trusted.version}`;
    throw fault('rollback.timestamp', 'timestamp.json', versions);
  }
  const named = next.snapshotMeta.version;
  if (named < trusted.snapshotMeta.version) {
    const versions = `version ${named} is named after ${trusted.snapshotMeta.version}`;
    throw fault('rollback.snapshot', 'snapshot.json', versions);
  }
}

/**
 * TUF 1.0.34 §5.5.5: every targets role stays listed, and its version does not go down.
 * @throws `rollback.targets`
 */
export function checkSnapshotRollback(trusted: Snapshot, next: Snapshot): void {
  for (const [file, { version }] of Object.entries(trusted.meta)) {
    const named = ownMeta(next, file);
    if (named === undefined) {
      throw fault('rollback.targets', file, 'the new snapshot does not list it any more');
    }
    if (named.version < version) {
      throw fault('rollback.targets', file, `version ${named.version} after ${version}`);
    }
  }
}

function ownMeta(snapshot: Snapshot, file: string): MetaFile | undefined {
  return Object.hasOwn(snapshot.meta, file) ? snapshot.meta[file] : undefined;
}
