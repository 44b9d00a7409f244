import type { BlobStore } from '../../core/blobs/blob-store.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { receiptSlackMs, verifyHistory, type HistoryVerdict } from '../../core/gate/history.ts';
import type { Finding } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import { commitName, mainRef } from '../../core/rules/ref-rules.ts';
import type { Arrivals } from '../record/arrivals.ts';
import type { Generation } from '../record/generation.ts';
import type { Arrival } from '../record/record.ts';

/** What the second gate judges by, beside the commits. */
export interface TipContext {
  readonly pinnedRoot: Document<'root'>;
  readonly published: Pick<Generation, 'record'> | undefined;
}

export interface TipVerdict extends HistoryVerdict {
  /** How the good commits after the published one came in, oldest first. */
  readonly arrivals: readonly Arrival[];
}

/**
 * The second gate: every commit after the last published one, whatever the hook said of it. A good
 * verdict is kept while nothing changes that it depends on; a bad one may be the disk's fault, which
 * somebody mends, so it is come to again at each look.
 */
export class TipJudge {
  readonly #git: BareRepository;
  readonly #blobs: BlobStore;
  readonly #arrivals: Arrivals;
  #last: { readonly question: string; readonly verdict: TipVerdict } | undefined;

  constructor(git: BareRepository, blobs: BlobStore, arrivals: Arrivals) {
    this.#git = git;
    this.#blobs = blobs;
    this.#arrivals = arrivals;
  }

  async judge(tip: ObjectId, context: TipContext): Promise<TipVerdict> {
    const { published, pinnedRoot } = context;
    const from = published?.record.commit;
    const question = `${from ?? ''} ${tip}`;
    if (this.#last?.question === question) return this.#last.verdict;
    const since = published?.record.publishedAt;
    const arrivals: Arrival[] = [];
    // Asked at once, for the answer takes as long as reading the commit; a failure is met below.
    if (tip !== from) this.#arrivals.of(tip, since).catch(() => undefined);
    const history = await verifyHistory(this.#git, from, tip, {
      pinnedRoot,
      blobs: this.#blobs,
      receiptSlackMs,
      // Asked before signing, of the newest root alone: older ones name keys that went since.
      onlineKeys: undefined,
      receivedAt: async (commit) => {
        const arrival = await this.#arrivals.of(commit, since);
        arrivals.push(arrival);
        return arrival.receivedAt;
      },
      highestVersion: (role) => highestVersion(published, role),
    });
    const good = arrivals.filter(({ commit }) => commit !== history.bad?.commit);
    const verdict = { ...history, arrivals: good };
    this.#last = history.bad === undefined ? { question, verdict } : undefined;
    return verdict;
  }
}

/** What is wrong with a tip that is not published: the alarm first, then each rule that it breaks. */
export function tipFindings(bad: NonNullable<HistoryVerdict['bad']>): readonly Finding[] {
  const alarm: Finding = {
    code: 'publish.bad-tip',
    where: `${mainRef}, ${commitName(bad.commit)}`,
    message: 'it came past the hook and breaks the rules: it is not published',
    ...repairHint,
  };
  return [alarm, ...bad.refusals];
}

/** What brings a bad `main` back, whatever is wrong with it. */
export const repairHint = { hint: 'move it back to its last good commit: tuf-on-git repair HOME' };

/** A snapshot keeps its entry of a role that is gone, so it tells how far the role ever got. */
function highestVersion(published: TipContext['published'], role: string): number | undefined {
  const meta = published?.record.snapshot.signed.meta ?? {};
  return Object.hasOwn(meta, `${role}.json`) ? meta[`${role}.json`]?.version : undefined;
}
