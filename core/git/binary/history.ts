import { fault } from '../../error/error.ts';
import { isObjectId, objectId, type ObjectId } from '../object-id.ts';
import { git, gitFault, gitOutcome, type GitRepository } from './git-command.ts';
import type { ObjectReader } from './object-reader.ts';
import { readRefLog, type RefLogLine } from './ref-log.ts';
import { resolveRef } from './refs.ts';

export interface Commit {
  readonly oid: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  /** `Alice <alice@example.com>`, as written by the committer: a claim, not a proof. */
  readonly author: string;
  readonly committer: string;
  /** As written by the committer: a claim as well; `receipt` tells when it arrived. */
  readonly committedAt: Date;
  readonly message: string;
}

export interface HistoryLimits {
  /** More commits are `git.too-many`. Default 10,000. */
  readonly limit?: number;
}

/** When and by whom a commit was made part of a ref, as the ref's log tells. */
export type Receipt = Pick<RefLogLine, 'time' | 'by'>;

/** A commit that took a file away. */
export interface Removal {
  readonly commit: ObjectId;
  readonly path: string;
}

const DEFAULT_LIMIT = 10_000;
const MAX_COMMIT_BYTES = 1024 * 1024;

export async function readCommit(reader: ObjectReader, oid: ObjectId): Promise<Commit> {
  const where = `commit ${oid}`;
  return parseCommit(oid, await reader.read(oid, 'commit', MAX_COMMIT_BYTES, where));
}

/** The commits reachable from `to` and not from `from`, parents before children. */
export async function commitsBetween(
  repository: GitRepository,
  reader: ObjectReader,
  from: ObjectId | undefined,
  to: ObjectId,
  { limit = DEFAULT_LIMIT }: HistoryLimits = {},
): Promise<Commit[]> {
  const line = await shortLine(reader, from, to, limit);
  if (line !== undefined) return line;
  // On its way down from `from` git gives up after a few commits that claim to be older than all others,
  // as whoever pushed them is free to claim: so it is told where both histories part.
  const without = from === undefined ? [] : [from, ...(await mergeBases(repository, from, to))];
  const oids = await revisions(repository, without, to, limit);
  if (oids.length > limit) {
    throw fault('git.too-many', `commit ${to}`, `more than ${limit} commits at once`);
  }
  return Promise.all(oids.map((oid) => readCommit(reader, oid)));
}

const SHORT = 16;

/** A few commits, one on top of the other: read one by one, which takes no process more. */
async function shortLine(
  reader: ObjectReader,
  from: ObjectId | undefined,
  to: ObjectId,
  limit: number,
): Promise<Commit[] | undefined> {
  const commits: Commit[] = [];
  for (let at: ObjectId | undefined = to; at !== from;) {
    if (at === undefined || commits.length === Math.min(SHORT, limit)) return undefined;
    const commit: Commit = await readCommit(reader, at);
    if (commit.parents.length > 1) return undefined;
    commits.push(commit);
    at = commit.parents[0];
  }
  return commits.reverse();
}

/** Whether `ancestor` is `descendant` or reachable from it. */
export async function isAncestor(
  repository: GitRepository,
  ancestor: ObjectId,
  descendant: ObjectId,
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  const { status, complaint } = await gitOutcome(repository, args);
  if (status > 1) throw gitFault(args, complaint);
  return status === 0;
}

/**
 * The entry of the ref's log by which a commit became part of it: that of the commit itself, or of
 * the first one after it that was a tip (a push may bring several commits).
 */
export async function receipt(
  repository: GitRepository,
  ref: string,
  oid: ObjectId,
): Promise<Receipt | undefined> {
  if ((await resolveRef(repository, ref)) === undefined) return undefined;
  const log = await firstArrivals(repository, ref);
  const own = log.get(oid);
  if (own !== undefined) return own;
  const tip = [...log.keys()].at(-1);
  if (tip === undefined || !(await isAncestor(repository, oid, tip))) return undefined;
  const later = await revisions(repository, [oid], tip);
  return later.map((each) => log.get(each)).find((each) => each !== undefined);
}

/** Every removal of these files, or below these folders, in a commit and those before it, newest first. */
export async function removals(
  repository: GitRepository,
  to: ObjectId,
  paths: readonly string[],
): Promise<Removal[]> {
  const what = ['--diff-filter=D', '--no-renames', '--name-only', '-z', '--format=%H'];
  const args = ['--literal-pathspecs', 'log', '--topo-order', ...what, to, '--', ...paths];
  const output = await git(repository, args);
  const found: Removal[] = [];
  let commit: ObjectId | undefined;
  for (const word of output.toString('utf8').split(/[\0\n]+/)) {
    if (isObjectId(word)) commit = word;
    else if (word !== '' && commit !== undefined) found.push({ commit, path: word });
  }
  return found;
}

/** @param without commits that are left out, with all that is reachable from them */
/** Every file that has ever been below this folder, in any commit of any ref. */
export async function everyVersion(
  repository: GitRepository,
  folder: string,
): Promise<readonly ObjectId[]> {
  const what = ['--all', '--full-history', '-m', '--root', '--raw', '--no-abbrev', '--no-renames'];
  const args = ['--literal-pathspecs', 'log', ...what, '--format=', '--', folder];
  const files = new Set<ObjectId>();
  for (const line of lines(await git(repository, args))) {
    const [, mode = '', oid = ''] = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) /.exec(line) ?? [];
    if (mode.startsWith('100') && isObjectId(oid)) files.add(oid);
  }
  return [...files];
}

async function revisions(
  repository: GitRepository,
  without: readonly ObjectId[],
  to: ObjectId,
  limit = Infinity,
): Promise<ObjectId[]> {
  const most = Number.isFinite(limit) ? [`--max-count=${limit + 1}`] : [];
  const range = [to, ...without.map((oid) => `^${oid}`)];
  const args = ['rev-list', '--topo-order', '--reverse', ...most, ...range, '--'];
  return lines(await git(repository, args)).map(objectId);
}

/** The newest commits that are in both histories. */
async function mergeBases(
  repository: GitRepository,
  one: ObjectId,
  other: ObjectId,
): Promise<readonly ObjectId[]> {
  const args = ['merge-base', '--all', one, other];
  const { status, stdout, complaint } = await gitOutcome(repository, args);
  if (status > 1) throw gitFault(args, complaint);
  return lines(stdout).map(objectId);
}

/** Each tip that the ref ever had, oldest first, with its first arrival. */
async function firstArrivals(
  repository: GitRepository,
  ref: string,
): Promise<Map<ObjectId, Receipt>> {
  const arrivals = new Map<ObjectId, Receipt>();
  for (const { oid, time, by } of await readRefLog(repository, ref)) {
    if (!arrivals.has(oid)) arrivals.set(oid, { time, by });
  }
  return arrivals;
}

/**
 * Header lines, a blank line, the message; a header line that begins with a space goes on. git takes
 * for parents only what follows the tree: such lines further down are somebody's own.
 */
function parseCommit(oid: ObjectId, bytes: Buffer): Commit {
  const text = bytes.toString('utf8');
  const blank = text.indexOf('\n\n');
  const header = (blank < 0 ? text : text.slice(0, blank)).split('\n');
  const values = (name: string): string[] =>
    header.filter((each) => each.startsWith(`${name} `)).map((each) => each.slice(name.length + 1));
  const afterParents = header.findIndex((each, line) => line > 0 && !each.startsWith('parent '));
  const parents = header.slice(1, afterParents < 0 ? undefined : afterParents);
  const committer = signature(values('committer')[0] ?? '');
  return {
    oid,
    tree: objectId(values('tree')[0] ?? ''),
    parents: parents.map((each) => objectId(each.slice('parent '.length))),
    author: signature(values('author')[0] ?? '').person,
    committer: committer.person,
    committedAt: committer.time,
    message: blank < 0 ? '' : text.slice(blank + 2),
  };
}

/** `Alice <alice@example.com> 1700000000 +0000` */
function signature(value: string): { person: string; time: Date } {
  const [, person = value, seconds = '0'] = /^(.*>) (\d+) [+-]\d+$/.exec(value) ?? [];
  return { person, time: new Date(Number(seconds) * 1000) };
}

function lines(output: Buffer): string[] {
  return output.toString('utf8').split('\n').filter(Boolean);
}
