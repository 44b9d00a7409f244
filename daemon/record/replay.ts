/**
 * The record, held against itself and `main`: every generation is judged as a client would who has
 * the one before, at the time when it was published.
 *
 * What a client cannot see is held as well: each generation is of a commit of `main`, none before the
 * last one's; it tells how every commit since then came in, and nothing else; versions only go up.
 */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { readState } from '../../core/gate/state.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { loadRepository, type DocumentCache } from '../../core/rules/repository.ts';
import { checkClientFollows } from './client-check.ts';
import { changedRoles, type Generation } from './generation.ts';
import { recordRef } from '../../core/gate/published.ts';
import { readRecord, type Arrival, type RecordEntry } from './record.ts';

export interface ReplayContext {
  readonly pinnedRoot: Document<'root'>;
  /** The commits of `main`, oldest first. */
  readonly main: readonly ObjectId[];
  /** Is told of each generation that holds. */
  readonly onGeneration?: (count: number, total: number) => void;
}

/** Between two clocks. */
const slackMs = 3_600_000;

/**
 * @param tip of the record
 * @returns how many generations there are, all of which hold
 * @throws what does not hold in the first that does not: `where` begins with the generation
 */
export async function replayRecord(
  git: BareRepository,
  tip: ObjectId,
  context: ReplayContext,
): Promise<number> {
  const entries = await git.commitsBetween(undefined, tip, { limit: Infinity });
  const places = new Map(context.main.map((commit, place) => [commit, place]));
  const documents: DocumentCache = new Map();
  let before: Generation | undefined;
  for (const [index, { oid }] of entries.entries()) {
    try {
      const record = await readRecord(git, oid);
      if (record.parent !== before?.record.oid) throw recordFault(oid, 'it follows another one');
      checkPlace(before?.record, record, context.main, places);
      checkVersions(before?.record, record);
      before = await followed(git, before, record, context.pinnedRoot, documents);
    } catch (error) {
      throw inGeneration(index + 1, oid, error);
    }
    context.onGeneration?.(index + 1, entries.length);
  }
  return entries.length;
}

/** TUF 1.0.34 §5.3 to 5.6, from the generation before, or from the pinned root. */
async function followed(
  git: BareRepository,
  before: Generation | undefined,
  record: RecordEntry,
  pinnedRoot: Document<'root'>,
  documents: DocumentCache,
): Promise<Generation> {
  const repository =
    before?.record.commit === record.commit
      ? before.repository
      : await loadRepository(await readState(git, record.commit), documents);
  const next = { record, repository };
  const to = { repository, ...record };
  if (before === undefined) {
    checkClientFollows({ root: pinnedRoot }, to, record.publishedAt);
  } else {
    const from = { root: before.repository.root, ...before.record };
    checkClientFollows(from, to, record.publishedAt, toLoad(before, next));
  }
  return next;
}

/** The roles of which a client gets to see anything new. */
function toLoad(before: Generation, next: Generation): ReadonlySet<string> {
  const known = before.record.snapshot.signed.meta;
  const named = Object.entries(next.record.snapshot.signed.meta);
  const renamed = named.filter(([file, meta]) => known[file]?.equals(meta) !== true);
  const roles = renamed.map(([file]) => file.slice(0, -'.json'.length));
  return new Set([...changedRoles(before.repository, next.repository), ...roles]);
}

function checkPlace(
  before: RecordEntry | undefined,
  { oid, commit, publishedAt, arrivals }: RecordEntry,
  main: readonly ObjectId[],
  places: ReadonlyMap<ObjectId, number>,
): void {
  const last = before === undefined ? -1 : (places.get(before.commit) ?? -1);
  const place = places.get(commit);
  if (place === undefined) throw recordFault(oid, `main never had its commit ${commit}`);
  if (place < last) throw recordFault(oid, `its commit ${commit} is older than the last one`);
  if (before !== undefined && publishedAt < before.publishedAt) {
    throw recordFault(oid, 'it was published before the last one');
  }
  const came = main.slice(last + 1, place + 1);
  if (came.join() !== arrivals.map((arrival) => arrival.commit).join()) {
    throw recordFault(oid, 'it does not tell how each commit since the last one came in');
  }
  const late = arrivals.find((arrival) => isAfter(arrival, publishedAt));
  if (late !== undefined) {
    throw recordFault(oid, `it was published before its commit ${late.commit} came in`);
  }
}

function isAfter({ receivedAt }: Arrival, publishedAt: Date): boolean {
  return receivedAt.getTime() > publishedAt.getTime() + slackMs;
}

/** A client that sees one version twice keeps the first, so it would not find these faults. */
function checkVersions(
  before: RecordEntry | undefined,
  { snapshot, timestamp }: RecordEntry,
): void {
  if (before === undefined) return;
  checkNext('timestamp', before.timestamp, timestamp);
  if (!Buffer.from(snapshot.bytes).equals(before.snapshot.bytes)) {
    checkNext('snapshot', before.snapshot, snapshot);
  }
}

function checkNext(role: 'snapshot' | 'timestamp', last: Document, next: Document): void {
  const [before, now] = [last.signed.version, next.signed.version];
  if (now > before) return;
  throw fault(`rollback.${role}`, `${role}.json`, `version ${now} was published after ${before}`);
}

function recordFault(oid: ObjectId, message: string): TufOnGitError {
  return fault('publish.record', oid, message);
}

function inGeneration(count: number, oid: ObjectId, cause: unknown): unknown {
  if (!(cause instanceof TufOnGitError)) return cause;
  const { code, where, message, hint } = cause;
  const generation = `generation ${count} (${recordRef} ${oid.slice(0, 10)})`;
  const place = where.includes(oid) ? generation : `${generation}, ${where}`;
  return fault(code, place, message, hint === undefined ? { cause } : { cause, hint });
}
