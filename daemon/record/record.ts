/**
 * The record: every generation ever published, as a linear history of small commits in
 * `refs/tuf/published`, each with the files below. Pushes cannot reach it; fetches may read it.
 */
import { z } from 'zod';
import { fault } from '../../core/error/error.ts';
import { maxSnapshotBytes, recordRef } from '../../core/gate/published.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { writeFlatCommit } from '../../core/git/binary/flat-commit.ts';
import { tufOnGit } from '../../core/git/binary/person.ts';
import { isObjectId, type ObjectId } from '../../core/git/object-id.ts';
import { parseJsonText } from '../../core/home/json-file.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';

/** How a commit of `main` came in. */
export interface Arrival {
  readonly commit: ObjectId;
  readonly receivedAt: Date;
  /** The account or token that pushed; undefined when the ref's log does not say. */
  readonly by: string | undefined;
}

/** One generation as the record keeps it. */
export interface RecordEntry {
  readonly oid: ObjectId;
  /** The generation before; undefined for the first. */
  readonly parent: ObjectId | undefined;
  /** The commit of `main` that was published. */
  readonly commit: ObjectId;
  readonly publishedAt: Date;
  /** The commits of `main` that came out with this generation, oldest first. */
  readonly arrivals: readonly Arrival[];
  readonly snapshot: Document<'snapshot'>;
  readonly timestamp: Document<'timestamp'>;
}

export type RecordHead = Omit<RecordEntry, 'snapshot' | 'timestamp'>;
export type NewRecordEntry = Omit<RecordEntry, 'oid' | 'parent'>;

/** @throws `publish.record` when the commit is no entry of a record */
export async function readRecord(repository: BareRepository, oid: ObjectId): Promise<RecordEntry> {
  return orNoRecord(oid, parseEntry(repository, oid));
}

/**
 * The generation before one, without what was signed; undefined for the first.
 * @throws `publish.record`
 */
export async function readPredecessor(
  repository: BareRepository,
  { parent }: Pick<RecordEntry, 'parent'>,
): Promise<RecordHead | undefined> {
  return parent === undefined ? undefined : readRecordHead(repository, parent);
}

/** A generation without what was signed. @throws `publish.record` */
export async function readRecordHead(
  repository: BareRepository,
  oid: ObjectId,
): Promise<RecordHead> {
  const head = await orNoRecord(oid, parseHead(repository, oid));
  const { parents } = await repository.commit(oid);
  return { oid, parent: parents[0], ...head };
}

async function orNoRecord<T>(oid: ObjectId, parsed: Promise<T>): Promise<T> {
  try {
    return await parsed;
  } catch (cause) {
    throw fault('publish.record', `${recordRef} ${oid}`, 'this is no record of a generation', {
      hint: 'restore the repository from a backup',
      cause,
    });
  }
}

/**
 * How every commit of `main` that was ever published came in.
 * @param tip of the record
 * @throws `publish.record`
 */
export async function readArrivals(
  repository: BareRepository,
  tip: ObjectId,
): Promise<ReadonlyMap<ObjectId, Arrival>> {
  const entries = await repository.commitsBetween(undefined, tip, { limit: Infinity });
  const arrivals = new Map<ObjectId, Arrival>();
  for (const { oid } of entries) {
    const head = await orNoRecord(oid, parseHead(repository, oid));
    for (const arrival of head.arrivals) arrivals.set(arrival.commit, arrival);
  }
  return arrivals;
}

/** Writes the commit of an entry; it becomes part of the record by `appendRecord`. */
export async function writeRecord(
  repository: BareRepository,
  parent: ObjectId | undefined,
  entry: NewRecordEntry,
): Promise<ObjectId> {
  const versions = `snapshot ${entry.snapshot.signed.version}, timestamp ${entry.timestamp.signed.version}`;
  return writeFlatCommit(repository.dir, {
    files: new Map(Object.entries(filesOf(entry))),
    parents: parent === undefined ? [] : [parent],
    message: `${versions}\n\nof ${entry.commit}\n`,
    author: tufOnGit,
    time: entry.publishedAt,
  });
}

/** @throws `repository.stale` when somebody else has written the record meanwhile */
export async function appendRecord(
  repository: BareRepository,
  from: ObjectId | undefined,
  to: ObjectId,
  time: Date,
): Promise<void> {
  await repository.updateRef({ ref: recordRef, from, to, message: 'published', time });
}

const maxBytes = { generation: 16 << 20, snapshot: maxSnapshotBytes, timestamp: 1 << 16 };

const instant = z.iso.datetime().transform((text) => new Date(text));
const oid = z.string().refine(isObjectId);
const generationSchema = z.strictObject({
  format: z.literal(1),
  commit: oid,
  publishedAt: instant,
  commits: z.array(z.strictObject({ commit: oid, receivedAt: instant, by: z.string().optional() })),
});

function filesOf(entry: NewRecordEntry): Record<string, Uint8Array> {
  const generation = {
    format: 1,
    commit: entry.commit,
    publishedAt: entry.publishedAt.toISOString(),
    commits: entry.arrivals.map(({ commit, receivedAt, by }) => ({
      commit,
      receivedAt: receivedAt.toISOString(),
      ...(by === undefined ? {} : { by }),
    })),
  };
  return {
    'generation.json': Buffer.from(`${JSON.stringify(generation, null, 2)}\n`),
    'snapshot.json': entry.snapshot.bytes,
    'timestamp.json': entry.timestamp.bytes,
  };
}

async function parseEntry(repository: BareRepository, oid: ObjectId): Promise<RecordEntry> {
  const { parents } = await repository.commit(oid);
  if (parents.length > 1) throw fault('publish.record', oid, 'a record has no merges');
  return {
    oid,
    parent: parents[0],
    ...(await parseHead(repository, oid)),
    snapshot: parseDocument('snapshot', await readFileOf(repository, oid, 'snapshot')),
    timestamp: parseDocument('timestamp', await readFileOf(repository, oid, 'timestamp')),
  };
}

/** What an entry says beside the two roles. */
async function parseHead(
  repository: BareRepository,
  oid: ObjectId,
): Promise<Pick<RecordEntry, 'commit' | 'publishedAt' | 'arrivals'>> {
  const text = (await readFileOf(repository, oid, 'generation')).toString('utf8');
  const { commit, publishedAt, commits } = parseJsonText(text, generationSchema, 'generation.json');
  return {
    commit,
    publishedAt,
    arrivals: commits.map(({ by, ...arrival }) => ({ ...arrival, by })),
  };
}

async function readFileOf(
  repository: BareRepository,
  oid: ObjectId,
  name: keyof typeof maxBytes,
): Promise<Buffer> {
  const found = await repository.find(oid, `${name}.json`);
  if (found === undefined) throw fault('publish.record', oid, `${name}.json is missing`);
  return repository.blob(found.oid, maxBytes[name], `${name}.json`);
}
