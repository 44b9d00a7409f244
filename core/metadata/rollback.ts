import type { Code } from '../error/codes.ts';
import { fault } from '../error/error.ts';
import type { MetaFile, Snapshot, Timestamp } from './tufjs.ts';

/** What somebody can do who is served an old set. */
export const oldSetHint = 'the server or a mirror serves an old set: tell whoever runs it';

/**
 * TUF 1.0.34 §5.4.3: neither the timestamp nor the snapshot version that it names goes down.
 * @throws `rollback.timestamp`, `rollback.snapshot`
 */
export function checkTimestampRollback(trusted: Timestamp, next: Timestamp): void {
  if (next.version < trusted.version) {
    throw older('rollback.timestamp', 'timestamp.json', next.version, trusted.version);
  }
  const named = next.snapshotMeta.version;
  const seen = trusted.snapshotMeta.version;
  if (named < seen) throw older('rollback.snapshot', 'snapshot.json', named, seen);
}

/**
 * TUF 1.0.34 §5.5.5: every targets role stays listed, and its version does not go down.
 * @throws `rollback.targets`
 */
export function checkSnapshotRollback(trusted: Snapshot, next: Snapshot): void {
  for (const [file, { version }] of Object.entries(trusted.meta)) {
    const named = ownMeta(next, file);
    if (named === undefined) {
      const message = 'the snapshot seen here before lists it, this one does not';
      throw fault('rollback.targets', file, message, { hint: oldSetHint });
    }
    if (named.version < version) {
      throw older('rollback.targets', file, named.version, version);
    }
  }
}

function older(code: Code, where: string, next: number, seen: number) {
  const message = `version ${next} is offered, but version ${seen} was seen here before`;
  return fault(code, where, message, { hint: oldSetHint });
}

function ownMeta(snapshot: Snapshot, file: string): MetaFile | undefined {
  return Object.hasOwn(snapshot.meta, file) ? snapshot.meta[file] : undefined;
}
