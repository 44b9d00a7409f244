/**
 * A stretch of `main`, judged: each commit against its parent, oldest first, until one does not hold.
 * The hook judges what a push adds, the daemon what was added since its last record, `verify` all.
 */
import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import { checkLine, commitName } from '../rules/ref-rules.ts';
import type { DocumentCache } from '../rules/repository.ts';
import type { TransitionContext } from '../rules/state.ts';
import { finding, type RuleFinding, type Verdict } from '../rules/verdict.ts';
import { verifyTransition } from '../rules/verify-transition.ts';
import { findWithdrawn } from './events/withdrawals.ts';
import { FormerRoles } from './former-roles.ts';
import { filesInSnapshot } from './published.ts';
import { checkRejected } from './rejected.ts';
import { readChanges, readState } from './state.ts';

/**
 * Whoever judges again knows only when the ref moved, which is after the hook judged. What the hook
 * let through by a second must not be a fault minutes later.
 */
export const receiptSlackMs = 15 * 60_000;

type CommitContext = Omit<TransitionContext, 'receivedAt' | 'thresholds' | 'publishedFiles'>;

export interface HistoryContext extends CommitContext {
  /** When a commit reached `main`: its expiries are judged as of then. */
  receivedAt(commit: ObjectId): Promise<Date>;
  /** Entries, folders included, in which one commit may differ; more are `git.too-many`. */
  readonly maxEntries?: number;
  /** More are `git.too-many`; absent: any, for many pushes may wait for one look of the daemon. */
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
  const { maxCommits = Infinity } = context;
  const commits = await repository.commitsBetween(from, to, { limit: maxCommits });
  const inLine = [...checkLine(from, commits)];
  if (inLine.length === 0 && commits.length === 0 && from !== to) inLine.push(behind(to));
  if (inLine.length > 0) {
    const bad = { commit: to, refusals: inLine };
    return { commits: commits.length, lastGood: from, bad, notices: [] };
  }
  const oids = commits.map(({ oid }) => oid);
  return { commits: oids.length, ...(await judgeAll(repository, from, oids, context)) };
}

/** The refusals of a commit, each saying in which commit it was found. */
export function namedRefusals({
  commit,
  refusals,
}: NonNullable<HistoryVerdict['bad']>): readonly RuleFinding[] {
  return refusals.map((refusal) => {
    const { where } = refusal;
    const isNamed = where.startsWith('commit ');
    return isNamed ? refusal : { ...refusal, where: `${commitName(commit)}, ${where}` };
  });
}

async function judgeAll(
  repository: BareRepository,
  from: ObjectId | undefined,
  commits: readonly ObjectId[],
  context: HistoryContext,
): Promise<Omit<HistoryVerdict, 'commits'>> {
  const known: Known = { cache: new Map(), former: new FormerRoles(repository, from) };
  const notices: RuleFinding[] = [];
  let lastGood = from;
  for (const commit of commits) {
    const verdict = await judge(repository, lastGood, commit, known, context);
    const { refusals } = verdict;
    notices.push(...verdict.notices);
    if (refusals.length > 0) return { lastGood, bad: { commit, refusals }, notices };
    lastGood = commit;
  }
  return { lastGood, notices };
}

/** What the judgement of one commit leaves to that of the next. */
interface Known {
  readonly cache: DocumentCache;
  readonly former: FormerRoles;
}

async function judge(
  repository: BareRepository,
  parent: ObjectId | undefined,
  commit: ObjectId,
  { cache, former }: Known,
  context: HistoryContext,
): Promise<Verdict> {
  const rejected = await checkRejected(repository, commit);
  if (rejected.length > 0) return { refusals: rejected, notices: [] };
  const before = parent && (await readState(repository, parent));
  const after = await readState(repository, commit);
  const changes = await readChanges(repository, parent, commit, context.maxEntries);
  const receivedAt = await context.receivedAt(commit);
  const cameBack = await former.comingBack(changes);
  const highestVersion = (role: string) =>
    Math.max(cameBack.get(role) ?? 0, context.highestVersion?.(role) ?? 0);
  const publishedFiles = () => filesInSnapshot(repository);
  const all = { ...context, receivedAt, highestVersion, publishedFiles };
  const verdict = await verifyTransition(before, after, changes, all, cache);
  if (verdict.refusals.length > 0) return verdict;
  const refusals = await findWithdrawn(repository, changes, cache, commit);
  if (refusals.length === 0) await former.note(changes, before);
  return { ...verdict, refusals };
}

function behind(to: ObjectId): RuleFinding {
  return finding('git.force-push', commitName(to), 'it lies behind the tip of main');
}
