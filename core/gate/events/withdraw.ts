import { fault, TufOnGitError } from '../../error/error.ts';
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { Commit } from '../../git/binary/history.ts';
import { tufOnGit } from '../../git/binary/person.ts';
import { objectId, type ObjectId } from '../../git/object-id.ts';
import { parseDocument } from '../../metadata/document.ts';
import { payloadDigest } from '../../rules/events/withdrawal.ts';
import { eventOf, eventRefs, mainRef, pastEventRefs } from '../../rules/ref-rules.ts';
import {
  isFile,
  isPayloadFile,
  isRootVersion,
  type StateEntry,
  type StateSide,
} from '../../rules/state.ts';
import { findingOf } from '../../rules/verdict.ts';
import { maxRoleBytes, readChanges, readState } from '../state.ts';
import { findWithdrawal, withdrawnFile, withdrawnRef } from './withdrawals.ts';

export interface Withdrawal {
  readonly name: string;
  readonly tip: ObjectId;
  /** How many payloads never land any more. */
  readonly payloads: number;
}

/** How often somebody may push meanwhile. */
const mostAttempts = 8;
/** All of `main` since the event began is looked at. */
const allCommits = { limit: 1_000_000 };

/**
 * Ends an open event for good: each payload that any commit of it has had is recorded, and its branch
 * becomes `refs/tuf/events/NAME`, all at once and only if `main` stays where it is. What is on `main`
 * already is not withdrawn.
 * @throws `usage.argument` where no event of that name is open
 */
export async function withdrawEvent(
  repository: BareRepository,
  name: string,
  time: Date,
): Promise<Withdrawal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withdrawOnce(repository, name, time);
    } catch (error) {
      const isLate = error instanceof TufOnGitError && error.code === 'repository.stale';
      if (!isLate || attempt === mostAttempts) throw error;
    }
  }
}

async function withdrawOnce(
  repository: BareRepository,
  name: string,
  time: Date,
): Promise<Withdrawal> {
  const ref = `${eventRefs}${name}`;
  const refs =
    eventOf(ref) === undefined ? [] : await repository.listRefs(mainRef, ref, withdrawnRef);
  const at = new Map(refs.map((each) => [each.name, each.oid]));
  const [main, tip, record] = [at.get(mainRef), at.get(ref), at.get(withdrawnRef)];
  if (main === undefined || tip === undefined) {
    throw fault('usage.argument', `event ${name}`, 'no event of this name is open', {
      hint: 'tuf-on-git event list HOME shows those that are',
    });
  }
  const payloads = await payloadsOf(repository, main, tip);
  const next = await writeRecord(repository, record, { name, main, payloads, time });
  await repository.updateRefs(
    [
      { ref: mainRef, from: main, to: main },
      { ref: withdrawnRef, from: record, to: next },
      { ref: `${pastEventRefs}${name}`, from: undefined, to: tip },
      { ref, from: tip, to: undefined },
    ],
    { message: `withdrawn: ${name}`, by: tufOnGit, time },
  );
  return { name, tip, payloads: payloads.size };
}

interface WithdrawnPayloads {
  readonly name: string;
  readonly main: ObjectId;
  readonly payloads: ReadonlySet<string>;
  readonly time: Date;
}

/** What was withdrawn before stays as it was recorded then. */
async function writeRecord(
  repository: BareRepository,
  record: ObjectId | undefined,
  { name, main, payloads, time }: WithdrawnPayloads,
): Promise<ObjectId> {
  const blob = await repository.writeBlob(withdrawnFile(name, main));
  const files = new Map<string, ObjectId>();
  for (const each of payloads) {
    if ((await findWithdrawal(repository, each)) === undefined) files.set(each, blob);
  }
  return repository.writeCommit({
    tree: await repository.writeTree(record, files),
    parents: record === undefined ? [] : [record],
    message: `withdrawn: ${name}\n`,
    author: tufOnGit,
    time,
  });
}

/** Digests of what any commit of the event has had, less what any commit of `main` has had since. */
async function payloadsOf(
  repository: BareRepository,
  main: ObjectId,
  tip: ObjectId,
): Promise<ReadonlySet<string>> {
  const commits = await repository.commitsBetween(main, tip, allCommits);
  const base = commits[0]?.parents[0] ?? tip;
  const own = await digestsOf(repository, await filesOf(repository, base, commits));
  const since = await repository.commitsBetween(base, main, allCommits);
  const landed = await digestsOf(repository, await filesChangedBy(repository, since));
  return new Set([...own].filter((digest) => !landed.has(digest)));
}

/** Object id to path. */
type Files = ReadonlyMap<ObjectId, string>;

/**
 * The role files that any commit of an event has and its base has not. Two folders of each are listed
 * and nothing below them, for nobody has judged these commits: a few trees can stand for endless files.
 */
async function filesOf(
  repository: BareRepository,
  base: ObjectId,
  commits: readonly Commit[],
): Promise<Files> {
  const known = new Set((await roleFilesAt(repository, base)).map(({ oid }) => oid));
  const files = new Map<ObjectId, string>();
  for (const commit of commits) {
    for (const { oid, shown } of await roleFilesAt(repository, commit.oid)) {
      if (!known.has(oid)) files.set(objectId(oid), shown);
    }
  }
  return files;
}

async function roleFilesAt(
  repository: BareRepository,
  commit: ObjectId,
): Promise<readonly StateEntry[]> {
  const state = await readState(repository, commit);
  const folders = ['metadata', 'metadata/root_history'].map((folder) => state.list(folder));
  return (await Promise.all(folders)).flat().filter((entry) => isRoleFile(entry.path, entry));
}

/** The role files that each of these commits of `main` has changed. */
async function filesChangedBy(
  repository: BareRepository,
  commits: readonly Commit[],
): Promise<Files> {
  const files = new Map<ObjectId, string>();
  for (const { oid, parents } of commits) {
    for (const { path, shown, after } of await readChanges(repository, parents[0], oid)) {
      if (after !== undefined && isRoleFile(path, after)) files.set(objectId(after.oid), shown);
    }
  }
  return files;
}

function isRoleFile(path: string | undefined, side: StateSide): boolean {
  return path !== undefined && isFile(side) && isPayloadFile(path);
}

async function digestsOf(repository: BareRepository, files: Files): Promise<ReadonlySet<string>> {
  const digests = [...files].map(([oid, path]) => digestOf(repository, oid, path));
  return new Set((await Promise.all(digests)).filter((digest) => digest !== undefined));
}

/** Undefined for what is no metadata: the commits of an event may hold anything. */
async function digestOf(
  repository: BareRepository,
  oid: ObjectId,
  path: string,
): Promise<string | undefined> {
  try {
    const bytes = await repository.blob(oid, maxRoleBytes, path);
    return payloadDigest(parseDocument(isRootVersion(path) ? 'root' : 'targets', bytes, path));
  } catch (error) {
    findingOf(error);
    return undefined;
  }
}
