/**
 * A stretch of `main`, judged: each commit against its parent, oldest first, until one does not hold.
 * The hook judges what a push adds, the daemon what was added since its last record, `verify` all.
 */
import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import type { Document } from '../metadata/document.ts';
import type { PublicKey } from '../metadata/keys.ts';
import type { Limits } from '../metadata/limits.ts';
import { checkLine } from '../rules/ref-rules.ts';
import type { TargetBlobs } from '../rules/state.ts';
import { filesInSnapshot } from './published.ts';
import type { DocumentCache } from '../rules/repository.ts';
import type { RuleFinding } from '../rules/verdict.ts';
import { verifyTransition } from '../rules/verify-transition.ts';
import { FormerRoles } from './former-roles.ts';
import { checkRejected } from './rejected.ts';
import { readChanges, readState } from './state.ts';
import { findWithdrawn } from './events/withdrawals.ts';

/**
 * Whoever judges again knows only when the ref moved, which is after the hook judged. What the hook
 * let through by a second must not be a fault minutes later.
 */
export const receiptSlackMs = 15 * 60_000;

export interface HistoryContext {
  readonly pinnedRoot: Document<'root'>;
  /** The keys that the daemon's signer holds; undefined where that is not known. */
  readonly onlineKeys: readonly PublicKey[] | undefined;
  /** When a commit reached `main`: its expiries are judged as of then. */
  receivedAt(commit: ObjectId): Promise<Date>;
  /** How far that may lie from when the hook judged; absent: not at all. */
  readonly receiptSlackMs?: number;
  /** Target files that are not in the tree; absent: there are none. */
  readonly blobs?: TargetBlobs;
  /** Highest version that a role was published with, for roles that were deleted and made again. */
  highestVersion?(role: string): number | undefined;
  /** What this server allows of what the policy does; absent: all of it. */
  readonly limits?: Limits;
  /** Entries, folders included, in which one commit may differ; more are `git.too-many`. */
  readonly maxEntries?: number;
  /** All metadata together that one commit may change, in bytes; absent: any. */
  readonly maxMetadataBytes?: number;
  /** More are `git.too-many`. */
  readonly maxCommits?: number;
}

export interface HistoryVerdict {
  /** How many commits there were to judge. */
  readonly commits: number;
  /** The last commit that holds, `from` when none after it does. */
  readonly lastGood: ObjectId | undefined;
  readonly bad?: { readonly commit: ObjectId; readonly refusals: readonly RuleFinding[] };
  readonly notices: readonly RuleFinding[];
}

/**
 * @param from the last commit known to hold; undefined judges everything since the first
 * @throws `git.too-many`, `repository.*`
 */
export async function verifyHistory(
  repository: BareRepository,
  from: ObjectId | undefined,
  to: ObjectId,
  context: HistoryContext,
): Promise<HistoryVerdict> {
  const { maxCommits } = context;
  const limits = maxCommits === undefined ? {} : { limit: maxCommits };
  const commits = await repository.commitsBetween(from, to, limits);
  const inLine = [...checkLine(from, commits)];
  if (inLine.length > 0 || (commits.length === 0 && from !== to)) {
    const bad = { commit: to, refusals: refusalsOf(inLine, to) };
    return { commits: commits.length, lastGood: from, bad, notices: [] };
  }
  return judge(
    repository,
    from,
    commits.map(({ oid }) => oid),
    context,
  );
}

async function judge(
  repository: BareRepository,
  from: ObjectId | undefined,
  commits: readonly ObjectId[],
  context: HistoryContext,
): Promise<HistoryVerdict> {
  const cache: DocumentCache = new Map();
  const notices: RuleFinding[] = [];
  const former = new FormerRoles(repository, from);
  let lastGood = from;
  let before = from && (await readState(repository, from));
  for (const commit of commits) {
    const rejected = await checkRejected(repository, commit);
    if (rejected.length > 0) {
      return { commits: commits.length, lastGood, bad: { commit, refusals: rejected }, notices };
    }
    const after = await readState(repository, commit);
    const changes = await readChanges(repository, lastGood, commit, context.maxEntries);
    const receivedAt = await context.receivedAt(commit);
    const cameBack = await former.comingBack(changes);
    const highestVersion = (role: string) =>
      Math.max(cameBack.get(role) ?? 0, context.highestVersion?.(role) ?? 0);
    const publishedFiles = () => filesInSnapshot(repository);
    const all = { ...context, receivedAt, highestVersion, publishedFiles };
    const verdict = await verifyTransition(before, after, changes, all, cache);
    notices.push(...verdict.notices);
    const refusals =
      verdict.refusals.length > 0
        ? verdict.refusals
        : await findWithdrawn(repository, changes, cache);
    if (refusals.length > 0) {
      const bad = { commit, refusals };
      return { commits: commits.length, lastGood, bad, notices };
    }
    await former.note(changes, before);
    lastGood = commit;
    before = after;
  }
  return { commits: commits.length, lastGood, notices };
}

function refusalsOf(found: readonly RuleFinding[], to: ObjectId): readonly RuleFinding[] {
  if (found.length > 0) return found;
  const where = `commit ${to.slice(0, 10)}`;
  return [{ code: 'git.force-push', where, message: 'it lies behind the tip of main' }];
}
