/**
 * The part of a repository that a transition touches: what has to be loaded to judge it, and why the
 * rest may be left alone.
 *
 * The state before was accepted, so whatever has the same bytes holds still unless something that it
 * depends on changed. A targets role depends on
 *
 *  - the delegation to it: keys and threshold (its signatures), paths (what it and all below may list);
 *  - entries of other roles for the same paths, or paths near to them: who is found, and whether two
 *    targets can lie side by side. Only roles whose delegations may reach such a path can list it, so
 *    these are followed from targets down, and no others;
 *  - root: the keys of targets, the policy, the online keys; and which keys are those of server-signed
 *    roles. When one of these changes, keys of targets apart, everything is looked at.
 *
 * So loaded are: the changed roles with the roles on the way to them; everything below a delegation
 * whose paths changed; and whatever may list a path that was changed, or that a changed delegation
 * covers. In a state that was accepted each role has one delegator and each delegation its file, so a
 * file that is new must be named by a delegation that is new, and one that goes by one that goes.
 */
import type { Document } from '../../metadata/document.ts';
import type { Policy } from '../../metadata/policy.ts';
import type { DelegatedRole } from '../../metadata/tufjs.ts';
import {
  everything,
  loadRoles,
  loadRoot,
  loadRoots,
  type DocumentCache,
  type LoadedRepository,
  type LoadedRole,
  type Scope,
} from '../repository.ts';
import {
  policyFor,
  targetOf,
  type RepositoryState,
  type StateChange,
  type TransitionContext,
} from '../state.ts';
import { readChangedRoles, type ChangedRole } from './changed-roles.ts';
import { interestInDelegations, interestInPaths, type Interest } from './interest.ts';
import { findWay } from './way.ts';
import { changesOnlineRoles, changesRules } from './whole-changes.ts';

export interface Affected {
  readonly repository: LoadedRepository;
  readonly policy: Policy;
  /** Undefined for the first state. */
  readonly rootBefore: Document<'root'> | undefined;
  readonly isRootChanged: boolean;
  /** True when nothing is left out. */
  readonly isWhole: boolean;
  readonly changed: ReadonlyMap<string, ChangedRole>;
  /** Delegations that changed, as before and as after: searches within them may end elsewhere now. */
  readonly zones: readonly DelegatedRole[];
  /** True when a state is judged by itself, not as what follows another. */
  readonly isTip: boolean;
}

export async function loadAffected(
  before: RepositoryState | undefined,
  after: RepositoryState,
  changes: readonly StateChange[],
  {
    cache,
    isTip,
    context,
  }: {
    readonly cache: DocumentCache;
    readonly isTip: boolean;
    readonly context: Pick<TransitionContext, 'limits'>;
  },
): Promise<Affected> {
  const root = await loadRoot(after, cache);
  const policy = policyFor(root, context);
  const rootBefore = before && (await loadRoot(before, cache));
  const isRootChanged = changes.some(({ path }) =>
    /^metadata\/root(\.json$|_history\/)/.test(path ?? ''),
  );
  const changed = await readChangedRoles(before, after, changes, cache);
  const isWhole =
    rootBefore === undefined ||
    (isRootChanged && changesRules(rootBefore, root)) ||
    changesOnlineRoles(changed.get('targets'));
  const zones = before === undefined ? [] : zonesOf(changed.values());
  const roots = isRootChanged ? await loadRoots(after, root, cache) : [];
  const roles = isWhole
    ? await loadRoles(after, root, everything, cache, policy.maxDepth)
    : await loadTouched(after, root, { changed, zones, changes, policy }, cache);
  return {
    repository: { root, roots, roles },
    policy,
    rootBefore,
    isRootChanged,
    isWhole,
    isTip,
    changed,
    zones,
  };
}

/** The roles before, as far as they may list a path in one of the zones. */
export function loadZonesBefore(
  before: RepositoryState,
  { rootBefore, zones, changed }: Affected,
  cache: DocumentCache,
): Promise<ReadonlyMap<string, LoadedRole>> {
  if (rootBefore === undefined) return Promise.resolve(new Map());
  return loadRoles(
    before,
    rootBefore,
    touchedScope({ changed, way: new Set() }, interestInDelegations(zones)),
    cache,
  );
}

function zonesOf(changed: Iterable<ChangedRole>): readonly DelegatedRole[] {
  return [...changed].flatMap(({ delegations }) =>
    [...delegations().values()].flatMap(({ before, after, changesPaths, changesSearch }) =>
      changesPaths || changesSearch ? [before, after].filter((role) => role !== undefined) : [],
    ),
  );
}

interface Touched {
  readonly changed: ReadonlyMap<string, ChangedRole>;
  readonly zones: readonly DelegatedRole[];
  readonly changes: readonly StateChange[];
  readonly policy: Policy;
}

async function loadTouched(
  after: RepositoryState,
  root: Document<'root'>,
  { changed, zones, changes, policy }: Touched,
  cache: DocumentCache,
): Promise<ReadonlyMap<string, LoadedRole>> {
  const inZones = interestInDelegations(zones);
  const inPaths = interestInPaths(pathsOf(changed.values(), changes));
  const interest: Interest = (delegation) => inZones(delegation) || inPaths(delegation);
  const load = (way: ReadonlySet<string>) =>
    loadRoles(after, root, touchedScope({ changed, way }, interest), cache, policy.maxDepth);
  const roles = await load(new Set());
  const unreached = [...changed.values()].filter(
    (role) => role.before !== undefined && role.after !== undefined && !roles.has(role.name),
  );
  if (unreached.length === 0) return roles;
  return load(await findWay(after, root, new Set(unreached.map(({ name }) => name)), cache));
}

function touchedScope(
  known: {
    readonly changed: ReadonlyMap<string, ChangedRole>;
    readonly way: ReadonlySet<string>;
  },
  interest: Interest,
): Scope {
  const scope: Scope = (delegator, delegation) => {
    const { name } = delegation;
    const change = known.changed.get(delegator.name)?.delegations().get(name);
    if (change?.changesPaths === true) return everything;
    const isTouched = change !== undefined || known.changed.has(name) || known.way.has(name);
    return isTouched || interest(delegation) ? scope : undefined;
  };
  return scope;
}

/**
 * Paths whose listing changed, target files that changed, and of a role that changed no entry one
 * that it has, for that tells the way to it.
 */
function pathsOf(changed: Iterable<ChangedRole>, changes: readonly StateChange[]): string[] {
  const paths = new Set(changes.flatMap(({ path }) => targetOf(path ?? '') ?? []));
  for (const { entries, after } of changed) {
    const { set, removed } = entries();
    for (const path of [...set, ...removed]) paths.add(path);
    const [first] = Object.keys(after?.signed.targets ?? {});
    if (set.size === 0 && first !== undefined) paths.add(first);
  }
  return [...paths];
}
