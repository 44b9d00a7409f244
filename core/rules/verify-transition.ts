/**
 * The verdict on one transition: from the tree of a commit's parent to the tree of the commit.
 *
 * The rules run in an order in which each may rely on those before it: the tree is made of plain
 * files, the bytes of changed metadata are unambiguous, the metadata can be loaded, root holds, then
 * every role, then what roles are to each other, then every target file. A stage that finds a fault
 * ends the run after it, for what comes next would only repeat it in other words.
 *
 * What is skipped, and why that is sound: `affected/affected.ts` says it at its head. Of files, only those that
 * changed are looked at, and the names beside those that were added.
 */
import type { Policy } from '../metadata/policy.ts';
import { checkRoles } from './affected-role-rules.ts';
import { loadAffected, loadZonesBefore, type Affected } from './affected/affected.ts';
import { checkForm } from './form-rules.ts';
import { revertState } from './overlay.ts';
import type { DocumentCache } from './repository.ts';
import { checkExpiry } from './role-rules.ts';
import { checkRoots } from './root-rules.ts';
import { checkReach, checkSearches } from './search-rules.ts';
import { isLeftOpen } from './signature-rules.ts';
import { checkSnapshotSize } from './size-rules.ts';
import {
  rootFile,
  type RepositoryState,
  type StateChange,
  type TransitionContext,
} from './state.ts';
import { checkTargetFiles } from './target-file-rules.ts';
import { findingOf, type RuleFinding, type Verdict } from './verdict.ts';
import { checkClosedWorld, checkDelegators } from './world-rules.ts';

/**
 * @param before the accepted state of the parent commit; undefined for the first commit
 * @param changes every path that differs between the two trees, folders included
 * @param cache shared by the transitions of one run: unchanged files are parsed once
 */
export async function verifyTransition(
  before: RepositoryState | undefined,
  after: RepositoryState,
  changes: readonly StateChange[],
  context: TransitionContext,
  cache: DocumentCache = new Map(),
): Promise<Verdict> {
  return judge(
    { before: before && revertState(after, changes, before), after, changes, context },
    cache,
  );
}

/**
 * The verdict on one state by itself: everything but what only a transition can break, which are next
 * versions, expiry, and who was found for a path before.
 * @param entries every entry of the tree, folders included
 */
export async function verifyState(
  state: RepositoryState,
  entries: readonly StateChange[],
  context: TransitionContext,
  cache: DocumentCache = new Map(),
): Promise<Verdict> {
  return judge({ before: undefined, after: state, changes: entries, context, isTip: true }, cache);
}

interface Question {
  readonly before: RepositoryState | undefined;
  readonly after: RepositoryState;
  readonly changes: readonly StateChange[];
  readonly context: TransitionContext;
  readonly isTip?: boolean;
}

async function judge(question: Question, cache: DocumentCache): Promise<Verdict> {
  const notices: RuleFinding[] = [];
  try {
    const inForm = await checkForm(question, cache);
    const refusals = inForm.length > 0 ? inForm : await checkMeaning(question, cache, notices);
    return { refusals, notices };
  } catch (error) {
    return { refusals: [findingOf(error)], notices };
  }
}

/** Of metadata: what it says, and whether it may. */
async function checkMeaning(
  { before, after, changes, context, isTip = false }: Question,
  cache: DocumentCache,
  notices: RuleFinding[],
): Promise<readonly RuleFinding[]> {
  const affected = await loadAffected(before, after, changes, { cache, isTip, context });
  const { policy } = affected;
  for (const rules of [checkRoot, checkDelegators]) {
    const found = [...rules(affected, changes, policy, context)];
    if (found.length > 0) return found;
  }
  const inRoles = [
    ...checkRoles(affected, policy, context, notices),
    ...(await checkClosedWorld(affected, after, changes, policy)),
  ];
  if (inRoles.length > 0) return inRoles;
  const size = await checkSnapshotSize(affected, changes, after, context);
  notices.push(...size.notices);
  const reach = await checkZones(before, affected, cache);
  notices.push(...reach.notices);
  const searches = isTip ? [] : checkSearches(affected, policy);
  const inEntries = [...size.refusals, ...reach.refusals, ...searches];
  if (inEntries.length > 0) return inEntries;
  if (context.targetFiles === 'left-out') return [];
  return checkTargetFiles(affected, after, changes, context.blobs);
}

function* checkRoot(
  { repository, rootBefore, isRootChanged, isTip }: Affected,
  changes: readonly StateChange[],
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  if (!isRootChanged) return;
  const history = isTip ? [] : changes;
  for (const found of checkRoots(rootBefore, repository, history, policy, context)) {
    if (!isLeftOpen(found, context)) yield found;
  }
  const life = { maxLifeDays: policy.maxLifeDays.root, minLifeHours: policy.minLifeHours };
  if (!isTip) yield* checkExpiry(rootFile, repository.root, life, context);
}

async function checkZones(
  before: RepositoryState | undefined,
  affected: Affected,
  cache: DocumentCache,
): Promise<Verdict> {
  if (before === undefined || affected.zones.length === 0) return { refusals: [], notices: [] };
  return checkReach(affected, await loadZonesBefore(before, affected, cache), affected.policy);
}
