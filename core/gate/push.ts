import type { BareRepository } from '../git/binary/bare-repository.ts';
import { objectId, type ObjectId } from '../git/object-id.ts';
import { defaultPolicy, type Policy } from '../metadata/policy.ts';
import { checkLogDate, checkRefs, mainRef, type RefChange } from '../rules/ref-rules.ts';
import type { RuleFinding } from '../rules/verdict.ts';
import { loadRoot } from '../rules/repository.ts';
import { policyFor } from '../rules/state.ts';
import { judgeEventPush } from './events/event-push.ts';
import { namedRefusals, verifyHistory, type HistoryVerdict } from './history.ts';
import type { PushContext, PushVerdict } from './push-verdict.ts';
import { readState } from './state.ts';

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
): Promise<PushVerdict> {
  const inRefs = [...checkRefs(changes), ...checkLogDate(context.logDate)];
  const [change] = changes;
  if (inRefs.length > 0 || change === undefined) return { refusals: inRefs, notices: [] };
  if (change.ref !== mainRef) return judgeEventPush(repository, change, context);
  return judgeMain(repository, await repository.resolveRef(mainRef), objectId(change.to), context);
}

/** The verdict on a push that moves `main` from one commit to another. */
export async function judgeMain(
  repository: BareRepository,
  tip: ObjectId | undefined,
  to: ObjectId,
  context: PushContext,
): Promise<PushVerdict> {
  const { receivedAt } = context;
  const { maxPush } = tip === undefined ? defaultPolicy : await policyAt(repository, tip, context);
  const history = await verifyHistory(repository, tip, to, {
    ...context,
    receivedAt: () => Promise.resolve(receivedAt),
    maxCommits: maxPush.commits,
    maxEntries: maxPush.files,
    maxMetadataBytes: maxPush.metadataBytes,
  });
  return { refusals: refusalsOf(history), notices: history.notices };
}

/** What the state before the push allows: what the push itself brings may ask for more. */
async function policyAt(
  repository: BareRepository,
  commit: ObjectId,
  context: Pick<PushContext, 'limits'>,
): Promise<Policy> {
  const root = await loadRoot(await readState(repository, commit), new Map());
  return policyFor(root, context);
}

/** With several commits in a push, each finding says in which it was found. */
function refusalsOf({ bad, commits }: HistoryVerdict): readonly RuleFinding[] {
  if (bad === undefined) return [];
  return commits === 1 ? bad.refusals : namedRefusals(bad);
}
