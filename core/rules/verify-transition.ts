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
import type { RuleCode } from '../error/codes.ts';
import type { Policy } from '../metadata/policy.ts';
import {
  hasOtherAuthority,
  hasOtherPaths,
  loadAffected,
  loadZonesBefore,
  type Affected,
} from './affected/affected.ts';
import { checkAgreement, checkBytes, checkKnownFields, checkSize } from './bytes-rules.ts';
import { checkDelegations, checkRoleNames } from './delegation-rules.ts';
import { checkOnlineRoles } from './online-role-rules.ts';
import { revertState } from './overlay.ts';
import type { DocumentCache, LoadedRole } from './repository.ts';
import { checkExpiry, checkNextVersion, checkSigned } from './role-rules.ts';
import { checkRoots } from './root-rules.ts';
import { checkReach, checkSearches } from './search-rules.ts';
import { checkSignatures, checkThreshold, leftBehind } from './signature-rules.ts';
import { checkSnapshotSize } from './size-rules.ts';
import {
  entryOf,
  isFile,
  isMetadataFile,
  rootFile,
  type RepositoryState,
  type StateChange,
  type StateEntry,
  type TransitionContext,
} from './state.ts';
import { checkTargetFiles } from './target-file-rules.ts';
import { checkTargets, checkTargetTwins } from './target-rules.ts';
import { checkTree } from './tree-rules.ts';
import { finding, findingOf, type RuleFinding, type Verdict } from './verdict.ts';
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
    for (const stage of [checkForm, checkMeaning]) {
      const refusals = await stage(question, cache, notices);
      if (refusals.length > 0) return { refusals, notices };
    }
    return { refusals: [], notices };
  } catch (error) {
    return { refusals: [findingOf(error)], notices };
  }
}

/** Of files: what git and JSON make of them. */
async function checkForm({
  before,
  after,
  changes,
  context: { maxMetadataBytes = Infinity },
}: Question): Promise<readonly RuleFinding[]> {
  const inTree = await checkTree(changes, after);
  if (inTree.length > 0) return inTree;
  const entries = changes.flatMap((change) => {
    if (change.after === undefined || !isMetadata(change)) return [];
    const isSame = before !== undefined && change.before?.oid === change.after.oid;
    return isSame ? [] : [entryOf(change, change.after)];
  });
  const found: RuleFinding[] = [];
  let bytes = 0;
  for (let at = 0; at < entries.length; at += readAtOnce) {
    const some = entries.slice(at, at + readAtOnce);
    const sizes = await Promise.all(some.map((entry) => after.size(entry)));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > maxMetadataBytes) return [tooMuchMetadata(maxMetadataBytes)];
    const checks = some.map((entry, index) => checkFile(entry, sizes[index] ?? 0, after));
    for (const each of await Promise.all(checks)) found.push(...each);
  }
  return found;
}

function tooMuchMetadata(most: number): RuleFinding {
  const message = `one commit changes more than ${most} bytes of metadata`;
  return finding('git.too-large', 'metadata', message, 'change it in several commits');
}

/** Reading one by one waits for git each time; all at once would not fit. */
const readAtOnce = 16;

async function checkFile(
  entry: StateEntry,
  size: number,
  state: RepositoryState,
): Promise<RuleFinding[]> {
  const tooLarge = [...checkSize(entry.shown, size)];
  if (tooLarge.length > 0) return tooLarge;
  return [...checkBytes(entry.shown, await state.read(entry))];
}

function isMetadata({ path = '', after }: StateChange): boolean {
  return after !== undefined && isFile(after) && isMetadataFile(path);
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
  const inReach: RuleFinding[] = [];
  if (!isTip && before !== undefined && affected.zones.length > 0) {
    const reach = checkReach(affected, await loadZonesBefore(before, affected, cache), policy);
    notices.push(...reach.notices);
    inReach.push(...reach.refusals);
  }
  const searches = isTip ? [] : checkSearches(affected, policy);
  const inEntries = [...size.refusals, ...inReach, ...searches];
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
    if (!isOpen(found, context)) yield found;
  }
  const life = { maxLifeDays: policy.maxLifeDays.root, minLifeHours: policy.minLifeHours };
  if (!isTip) yield* checkExpiry(rootFile, repository.root, life, context);
}

/**
 * What an unverified delegator says is not followed: whoever wrote it may have wanted to keep us busy.
 */
function* checkRoles(
  affected: Affected,
  policy: Policy,
  context: TransitionContext,
  notices: RuleFinding[],
): Iterable<RuleFinding> {
  const { repository } = affected;
  yield* checkRoleNames(repository);
  const unverified = new Set<string>();
  for (const role of repository.roles.values()) {
    if (unverified.has(role.delegator)) {
      unverified.add(role.name);
      continue;
    }
    const isChanged = affected.changed.has(role.name);
    if (isChanged) yield* checkChangedRole(affected, role, policy, context);
    const short = [...checkSigners(affected, role, context, notices)];
    yield* short;
    if (short.length > 0) {
      unverified.add(role.name);
      continue;
    }
    yield* checkTargets(role, affected, policy);
    if (isChanged || hasOtherPaths(affected, role)) {
      yield* checkDelegations(role, repository, policy, isChanged && !affected.isTip);
    }
  }
  yield* checkTargetTwins(repository, policy);
  yield* checkOnlineRoles(affected, context);
}

function* checkSigners(
  affected: Affected,
  role: LoadedRole,
  context: TransitionContext,
  notices: RuleFinding[],
): Iterable<RuleFinding> {
  const isChanged = affected.changed.has(role.name);
  if (!isChanged && !hasOtherAuthority(affected, role)) return;
  for (const found of checkThreshold(role.file, role.document, role.authority)) {
    if (!isOpen(found, context)) yield found;
  }
  if (!isChanged) notices.push(...leftBehind(role.file, role.document, role.authority));
}

const openCodes: readonly RuleCode[] = ['role.threshold', 'root.threshold'];

function isOpen({ code }: RuleFinding, { thresholds }: TransitionContext): boolean {
  return thresholds === 'left-open' && openCodes.includes(code);
}

function* checkChangedRole(
  { changed, isTip }: Affected,
  { file, document, name, authority }: LoadedRole,
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  if (!isTip) {
    const highest = context.highestVersion?.(name) ?? 0;
    yield* checkNextVersion(file, changed.get(name)?.before, document, highest);
    const { targets, delegated } = policy.maxLifeDays;
    const maxLifeDays = name === 'targets' ? targets : delegated;
    const life = { maxLifeDays, minLifeHours: policy.minLifeHours };
    yield* checkExpiry(file, document, life, context);
  }
  yield* checkSigned(file, document, policy);
  if (!isTip) yield* checkSignatures(file, document, [authority]);
  yield* checkAgreement(file, document);
  yield* checkKnownFields(file, document.signedJson);
}
