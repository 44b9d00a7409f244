import type { BlobStore } from '../blobs/blob-store.ts';
import type { BareRepository } from '../git/binary/bare-repository.ts';
import { objectId } from '../git/object-id.ts';
import { checkRefs, mainRef, type RefChange } from '../rules/ref-rules.ts';
import type { RuleFinding, Verdict } from '../rules/verdict.ts';
import { verifyHistory, type HistoryContext, type HistoryVerdict } from './history.ts';

export interface PushContext extends Omit<HistoryContext, 'receivedAt'> {
  readonly receivedAt: Date;
  /** Where target files lie that are not in the tree, if they may. */
  readonly blobs?: BlobStore;
}

/** Commits that one push may add; a longer history arrives in several. */
const maxCommits = 1000;

/**
 * The verdict on a whole push, as pre-receive sees it.
 *
 * The transition is judged from the tip that the repository has, not from the old object id that the
 * pusher named; git's compare-and-swap on the ref refuses the push afterwards if the two differ.
 */
export async function judgePush(
  repository: BareRepository,
  changes: readonly RefChange[],
  context: PushContext,
): Promise<Verdict> {
  const inRefs = [...checkRefs(changes)];
  const [change] = changes;
  if (inRefs.length > 0 || change === undefined) return { refusals: inRefs, notices: [] };
  const tip = await repository.resolveRef(mainRef);
  const to = objectId(change.to);
  const { receivedAt } = context;
  const history = await verifyHistory(repository, tip, to, {
    ...context,
    receivedAt: () => Promise.resolve(receivedAt),
    maxCommits,
  });
  return { refusals: named(history), notices: history.notices };
}

/** With several commits in a push, each finding says in which it was found. */
function named({ bad, commits }: HistoryVerdict): readonly RuleFinding[] {
  if (bad === undefined || commits === 1) return bad?.refusals ?? [];
  const commit = `commit ${bad.commit.slice(0, 10)}`;
  return bad.refusals.map((refusal) =>
    refusal.where.startsWith('commit ')
      ? refusal
      : { ...refusal, where: `${commit}, ${refusal.where}` },
  );
}
