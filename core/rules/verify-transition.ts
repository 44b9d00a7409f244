/**
 * The verdict on one transition: from the tree of a commit's parent to the tree of the commit.
 *
 * The rules run in an order in which each may rely on those before it: the tree is made of plain
 * files, the bytes of changed metadata are unambiguous, the metadata can be loaded, root holds, then
 * every role, then every target. A stage that finds a fault ends the run after it, for what comes
 * next would only repeat it in other words.
 *
 * What is skipped, and why that is sound: `before` was accepted, so whatever has the same object id
 * in `after` holds still, unless something that it depends on changed. A role depends on the file of
 * its delegator (keys, threshold, paths) and, along the chain of delegations, on theirs.
 */
import { readPolicy, type Policy } from '../metadata/policy.ts';
import { checkAgreement, checkBytes, checkKnownFields, checkSize } from './bytes-rules.ts';
import { checkDelegations, checkRoleNames } from './delegation-rules.ts';
import {
  loadRepository,
  type DocumentCache,
  type LoadedRepository,
  type LoadedRole,
} from './repository.ts';
import { checkExpiry, checkNextVersion, checkSigned } from './role-rules.ts';
import { checkRoots } from './root-rules.ts';
import { checkSignatures, checkThreshold } from './signature-rules.ts';
import { isFile, type RepositoryState, type StateEntry, type TransitionContext } from './state.ts';
import { checkTargetFiles, checkTargets, checkTargetTwins } from './target-rules.ts';
import { checkTree } from './tree-rules.ts';
import { findingOf, type RuleFinding, type Verdict } from './verdict.ts';
import { checkClosedWorld } from './world-rules.ts';

/**
 * @param before the accepted state of the parent commit; undefined for the first commit
 * @param cache shared by the transitions of one run: unchanged files are parsed once
 */
export async function verifyTransition(
  before: RepositoryState | undefined,
  after: RepositoryState,
  context: TransitionContext,
  cache: DocumentCache = new Map(),
): Promise<Verdict> {
  const refusals = await firstFaults(before, after, context, cache);
  return { refusals, notices: [] };
}

async function firstFaults(
  before: RepositoryState | undefined,
  after: RepositoryState,
  context: TransitionContext,
  cache: DocumentCache,
): Promise<readonly RuleFinding[]> {
  const inTree = [...checkTree(after.entries)];
  if (inTree.length > 0) return inTree;
  const inBytes = await checkChangedMetadata(before, after);
  if (inBytes.length > 0) return inBytes;
  try {
    const earlier = before && (await loadRepository(before, cache));
    const loaded = await loadRepository(after, cache);
    const policy = readPolicy(loaded.root.signed);
    const inRoles = [...checkMetadata(earlier, loaded, policy, context)];
    if (inRoles.length > 0) return inRoles;
    return await checkTargetFiles(earlier, loaded, after);
  } catch (error) {
    return [findingOf(error)];
  }
}

async function checkChangedMetadata(
  before: RepositoryState | undefined,
  after: RepositoryState,
): Promise<readonly RuleFinding[]> {
  const known = new Set(before?.entries.map(({ path, oid }) => `${oid} ${path ?? ''}`));
  const found: RuleFinding[] = [];
  for (const entry of after.entries.filter(isMetadata)) {
    const file = entry.shown;
    if (known.has(`${entry.oid} ${file}`)) continue;
    const tooLarge = [...checkSize(file, await after.size(entry))];
    found.push(...tooLarge);
    if (tooLarge.length === 0) found.push(...checkBytes(file, await after.read(entry)));
  }
  return found;
}

function isMetadata(entry: StateEntry): boolean {
  return isFile(entry) && /^metadata\/.*\.json$/.test(entry.path ?? '');
}

/**
 * What an unverified root or delegator says is not followed: whoever wrote it may have wanted to
 * keep us busy.
 */
function* checkMetadata(
  before: LoadedRepository | undefined,
  after: LoadedRepository,
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  if (isRootChanged(before, after)) {
    const inRoots = [...checkRoots(before, after, policy, context)];
    yield* inRoots;
    if (inRoots.length > 0) return;
  }
  yield* checkRoleNames(after);
  const unverified = new Set<string>();
  for (const role of after.roles.values()) {
    if (unverified.has(role.delegator)) {
      unverified.add(role.name);
      continue;
    }
    const earlier = before?.roles.get(role.name);
    const isChanged = earlier?.oid !== role.oid;
    if (!isChanged && !dependsOnChange(role, before, after)) continue;
    if (isChanged) yield* checkChangedRole(earlier, role, after, policy, context);
    const short = [...checkThreshold(role.file, role.document, role.authority)];
    yield* short;
    if (short.length > 0) {
      unverified.add(role.name);
      continue;
    }
    yield* checkTargets(role, after, policy);
    yield* checkDelegations(role, after, policy);
  }
  yield* checkTargetTwins(after);
  yield* checkClosedWorld(after, policy);
}

function isRootChanged(before: LoadedRepository | undefined, after: LoadedRepository): boolean {
  const isRootFile = (path: string) => /^metadata\/root(\.json$|_history\/)/.test(path);
  const paths = [...after.files.keys(), ...(before?.files.keys() ?? [])].filter(isRootFile);
  return paths.some((path) => before?.files.get(path)?.oid !== after.files.get(path)?.oid);
}

/** True when a delegator on the way to this role, or root, is not what it was. */
function dependsOnChange(
  role: LoadedRole,
  before: LoadedRepository | undefined,
  after: LoadedRepository,
): boolean {
  if (role.delegator === 'root') return isRootChanged(before, after);
  const delegator = after.roles.get(role.delegator);
  if (delegator === undefined) return true;
  const earlier = before?.roles.get(delegator.name);
  return earlier?.oid !== delegator.oid || dependsOnChange(delegator, before, after);
}

function* checkChangedRole(
  earlier: LoadedRole | undefined,
  role: LoadedRole,
  after: LoadedRepository,
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  const { file, document, name } = role;
  const life = name === 'targets' ? policy.maxLifeDays.targets : policy.maxLifeDays.delegated;
  const highest = context.highestVersion?.(name) ?? 0;
  yield* checkNextVersion(file, earlier?.document, document, highest);
  yield* checkSigned(file, document, policy);
  yield* checkExpiry(file, document, life, context);
  yield* checkSignatures(file, document, [role.authority]);
  yield* checkAgreement(file, document);
  yield* checkKnownFields(file, document.signedJson);
}
