/**
 * A `main` that came past the hook, brought back to its last good commit. It is judged as the daemon
 * judges, from the same record, so a daemon that is running goes on by itself afterwards.
 */
import { openBlobStore } from '../../core/blobs/blob-store.ts';
import { fault, TufOnGitError, type Finding } from '../../core/error/error.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { namedRefusals } from '../../core/gate/history.ts';
import { rejectedRef } from '../../core/gate/rejected.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { readPinnedRoot } from '../../core/home/home.ts';
import type { HomePaths } from '../../core/home/layout.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { systemClock } from '../clock.ts';
import { Arrivals } from '../record/arrivals.ts';
import { RecordKeeper } from '../record/record-keeper.ts';
import { readRecord } from '../record/record.ts';
import { TipJudge, type TipVerdict } from './tip-verdict.ts';

/** A `main` that is not as it should be. */
export interface Diagnosis {
  /** Where `main` is; undefined when it is gone. */
  readonly tip: ObjectId | undefined;
  /** The last commit that holds: where it goes. */
  readonly lastGood: ObjectId;
  /**
   * The ref that keeps the tip for inspection, so that no push is built upon it; undefined when
   * there is nothing to keep: the tip is missing, or lies behind the last good commit.
   */
  readonly kept: string | undefined;
  /** Why the tip is not published; the first says in which commit. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at `main` and changes nothing. Undefined: it holds.
 * @throws `publish.record` when the record itself was moved, `publish.bad-tip` when no commit holds,
 *   `repository.*` when `main` cannot be read
 */
export async function diagnose(
  git: BareRepository,
  paths: HomePaths,
): Promise<Diagnosis | undefined> {
  const judge = await judgeOf(git, paths);
  const tip = await readMain(git);
  const found = tip === undefined ? gone(judge.from) : await lastGoodOf(git, judge, tip);
  if (found.findings.length === 0) return undefined;
  const { lastGood, findings } = found;
  if (lastGood === undefined) throw nothingHolds(findings);
  const isKept = tip !== undefined && (await isWorthKeeping(git, tip, lastGood));
  return { tip, lastGood, findings, kept: isKept ? rejectedRef(tip) : undefined };
}

/**
 * Keeps the tip and moves `main`.
 * @throws `repository.stale` when `main` has moved since it was looked at
 */
export async function moveBack(git: BareRepository, diagnosis: Diagnosis): Promise<void> {
  const { tip, lastGood, kept } = diagnosis;
  const message = 'repair';
  if (kept !== undefined && (await git.resolveRef(kept)) === undefined) {
    await git.updateRef({ ref: kept, from: undefined, to: tip, message });
  }
  await git.updateRef({ ref: mainRef, from: tip, to: lastGood, message });
}

interface Judge {
  /** The commit that was published last: known to hold. */
  readonly from: ObjectId | undefined;
  readonly ask: (commit: ObjectId) => Promise<TipVerdict>;
}

/** What is wrong, and the last commit that holds; no findings when all is well. */
type Found = Pick<Diagnosis, 'findings'> & { readonly lastGood: ObjectId | undefined };

async function judgeOf(git: BareRepository, paths: HomePaths): Promise<Judge> {
  const keeper = new RecordKeeper(git, paths.state);
  const place = await keeper.look();
  keeper.goOnFrom(place);
  const record = place.tip && (await readRecord(git, place.tip));
  const pinnedRoot = await readPinnedRoot(paths.pinnedRoot);
  const tips = new TipJudge(
    git,
    openBlobStore(paths.blobs),
    new Arrivals(git, mainRef, systemClock),
  );
  const published = record && { record };
  const ask = (commit: ObjectId) => tips.judge(commit, { pinnedRoot, published });
  return { from: record?.commit, ask };
}

async function readMain(git: BareRepository): Promise<ObjectId | undefined> {
  try {
    return await git.resolveRef(mainRef);
  } catch (cause) {
    if (!(cause instanceof TufOnGitError)) throw cause;
    throw fault(cause.code, mainRef, cause.message, {
      hint: `remove the file ${git.dir}/${mainRef}, and repair again`,
      cause,
    });
  }
}

/** A tip that cannot be judged at all is looked at commit by commit. */
async function lastGoodOf(git: BareRepository, judge: Judge, tip: ObjectId): Promise<Found> {
  try {
    return outcome(await judge.ask(tip));
  } catch (error) {
    return await stepByStep(git, judge, tip, error);
  }
}

async function stepByStep(
  git: BareRepository,
  { from, ask }: Judge,
  tip: ObjectId,
  first: unknown,
): Promise<Found> {
  let lastGood = from;
  try {
    for (const { oid } of await git.commitsBetween(from, tip, { limit: Infinity })) {
      const found = outcome(await ask(oid));
      if (found.findings.length > 0) return found;
      lastGood = oid;
    }
  } catch (error) {
    return { lastGood, findings: [known(error)] };
  }
  return { lastGood, findings: [known(first)] };
}

function outcome({ lastGood, bad }: TipVerdict): Found {
  return { lastGood, findings: bad === undefined ? [] : namedRefusals(bad) };
}

function gone(lastGood: ObjectId | undefined): Found {
  if (lastGood === undefined) throw fault('repository.missing', mainRef, 'nothing was ever pushed');
  const finding = { code: 'repository.missing', where: mainRef, message: 'it is gone' } as const;
  return { lastGood, findings: [finding] };
}

async function isWorthKeeping(
  git: BareRepository,
  tip: ObjectId,
  lastGood: ObjectId,
): Promise<boolean> {
  const info = await git.info(tip);
  if (info?.type !== 'commit') return info !== undefined;
  return !(await git.isAncestor(tip, lastGood));
}

function nothingHolds([first]: readonly Finding[]): TufOnGitError {
  const why = first === undefined ? '' : `: [${first.code}] ${first.where}: ${first.message}`;
  return fault('publish.bad-tip', mainRef, `no commit of it holds${why}`, {
    hint: 'restore the repository from a backup, or make a HOME anew',
  });
}

function known(error: unknown): TufOnGitError {
  if (error instanceof TufOnGitError) return error;
  throw error;
}
