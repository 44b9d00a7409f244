/** What snapshot and timestamp say, before they are signed: values in, values out. */
import { createHash } from 'node:crypto';
import type { LoadedRole } from '../../core/rules/repository.ts';
import { parseDocument, type Document, type RoleSignature } from '../../core/metadata/document.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import { repositoryField } from '../../core/metadata/repository-name.ts';
import { isObject, type JsonObject, type JsonValue } from '../../core/metadata/json.ts';
import type { OnlineRole } from './journal.ts';

export interface OnlineFields {
  readonly version: number;
  readonly now: Date;
  readonly lifeHours: number;
  /** The name that root's policy gives the repository (`role.other-repository`). */
  readonly repository: string | undefined;
}

/**
 * The `meta` of a snapshot that lists these roles beside those of the last one. An entry of a role that
 * is gone stays as it was (TUF 1.0.34 §5.5.5).
 * @param roles all of them, or those that have changed
 */
export function snapshotMeta(
  roles: Iterable<Pick<LoadedRole, 'name' | 'document'>>,
  before: Document<'snapshot'> | undefined,
): JsonObject {
  const known = before?.signedJson['meta'];
  const meta = new Map(isObject(known) ? Object.entries(known) : []);
  for (const { name, document } of roles) {
    const { version, length, sha256 } = factsOf(document);
    meta.set(`${name}.json`, { version, length, hashes: { sha256 } });
  }
  const sorted = Object.fromEntries([...meta].sort(([a], [b]) => (a < b ? -1 : 1)));
  return hasVersionsAlone(known) || isTooLong(sorted) ? versionsAlone(sorted) : sorted;
}

/** The `signed` part of a snapshot: TUF 1.0.34 §4.4. */
export function snapshotSigned(meta: JsonObject, fields: OnlineFields): JsonObject {
  return { ...common('snapshot', fields), meta };
}

/** The `signed` part of a timestamp: TUF 1.0.34 §4.6. */
export function timestampSigned(snapshot: Document<'snapshot'>, fields: OnlineFields): JsonObject {
  return { ...common('timestamp', fields), meta: { 'snapshot.json': describe(snapshot) } };
}

/** The file: compact, for every client fetches it. */
export function assemble<T extends OnlineRole>(
  type: T,
  signed: JsonObject,
  signatures: readonly RoleSignature[],
): Document<T> {
  return parseDocument(type, Buffer.from(JSON.stringify({ signatures, signed })));
}

/** Beyond this the snapshot's entries carry the version alone, so that clients still take it. */
const fullEntriesBelow = 500_000;
/** What signatures and the fields beside `meta` may come to: two RSA signatures of 8192 bits. */
const otherBytes = 5_000;

function isTooLong(meta: JsonObject): boolean {
  return JSON.stringify(meta).length + otherBytes >= fullEntriesBelow;
}

/** Once it was too long it stays so: no entry ever goes. */
function hasVersionsAlone(meta: JsonValue | undefined): boolean {
  const first = isObject(meta) ? Object.values(meta)[0] : undefined;
  return isObject(first) && first['length'] === undefined;
}

function versionsAlone(meta: JsonObject): JsonObject {
  const versions = Object.entries(meta).map(([name, entry]) => [
    name,
    { version: (entry as JsonObject)['version'] ?? 0 },
  ]);
  return Object.fromEntries(versions) as JsonObject;
}

function describe(document: Document<'snapshot'>): JsonObject {
  return {
    version: document.signed.version,
    length: document.bytes.length,
    hashes: { sha256: createHash('sha256').update(document.bytes).digest('hex') },
  };
}

function common(type: OnlineRole, { version, now, lifeHours, repository }: OnlineFields) {
  return {
    _type: type,
    spec_version: '1.0.34',
    version,
    expires: instant(now.getTime() + lifeHours * 3_600_000),
    ...(repository === undefined ? {} : { [repositoryField]: repository }),
  };
}

/** Whole seconds, rounded up so that a short life is never no life. */
function instant(milliseconds: number): string {
  return new Date(Math.ceil(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
