import { receiptSlackMs, verifyHistory } from '../../core/gate/history.ts';
import { recordRef } from '../../core/gate/published.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import type { AuditedHome } from './audited-home.ts';
import { refusedHistory } from './refused-history.ts';

/** How a commit came in, as the record tells. */
interface Arrival {
  readonly commit: ObjectId;
  readonly receivedAt: Date;
  /** The account or token that sent it, where that is known. */
  readonly by: string | undefined;
}

/** What was replayed, all of which holds. */
export interface Past {
  /** Commits of `main`. */
  readonly commits: number;
  /** Entries of the record. */
  readonly generations: number;
  /** Of every commit that was published. */
  readonly arrivals: readonly Arrival[];
}

/**
 * Replays every transition of `main`, each as of when it was received, then every generation.
 * @throws the first that does not hold: a rule with the commit, or what a client would refuse with the
 *   generation
 */
export async function verifyPast(
  home: AuditedHome,
  progress: (text: string) => void,
): Promise<Past> {
  const { readArrivals } = await import('../../daemon/record/record.ts');
  const { replayRecord } = await import('../../daemon/record/replay.ts');
  const { git, blobs, pinnedRoot, tip, now } = home;
  const record = await git.resolveRef(recordRef);
  const arrivals = record === undefined ? undefined : await readArrivals(git, record);
  const commits = await git.commitsBetween(undefined, tip, { limit: Infinity });
  const main = commits.map(({ oid }) => oid);
  let judged = 0;
  const { bad } = await verifyHistory(git, undefined, tip, {
    pinnedRoot,
    onlineKeys: undefined,
    receiptSlackMs,
    blobs,
    maxCommits: Infinity,
    receivedAt: async (commit) => {
      progress(`commits of main: ${(judged += 1)} of ${main.length}`);
      const known = arrivals?.get(commit)?.receivedAt;
      return known ?? (await git.receipt(mainRef, commit))?.time ?? now;
    },
  });
  if (bad !== undefined) throw refusedHistory(bad);
  const onGeneration = (count: number, total: number) => {
    progress(`generations: ${count} of ${total}`);
  };
  const generations =
    record === undefined ? 0 : await replayRecord(git, record, { pinnedRoot, main, onGeneration });
  return { commits: main.length, generations, arrivals: [...(arrivals?.values() ?? [])] };
}
