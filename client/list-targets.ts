import { fault, TufOnGitError } from '../core/error/error.ts';
import { searchTarget, type Found, type Visit } from '../core/metadata/delegation-walk.ts';
import { delegatedRoles } from '../core/metadata/model.ts';
import { isSafeTargetPath } from '../core/metadata/names.ts';
import type { TrustedSet, Verified } from '../core/metadata/trusted-set.ts';
import { isInScope, mayReach, type PathScope } from './path-scope.ts';
import { targetInfo, type TargetInfo } from './target-info.ts';

type TargetsRole = Verified<'targets'>;

export interface Listing {
  /** Every target that a search finds, by the role in which it finds it. */
  readonly targets: readonly TargetInfo[];
  /** Every targets role that was loaded for it. */
  readonly roles: readonly ListedRole[];
  /** Roles that could not be loaded: targets behind them are not listed. */
  readonly unavailable: readonly TufOnGitError[];
}

/** A role as its file says. */
export interface ListedRole {
  readonly role: string;
  readonly version: number;
  /** In ISO 8601: `2030-07-01T12:00:00Z`. */
  readonly expires: string;
}

/**
 * Loads every role that delegations lead to, then searches for every path that any of them lists:
 * an entry counts only where the search of TUF 1.0.34 §5.6.7 finds it.
 * @param scope only targets of it, and only roles that may list one
 */
export async function listTargets(
  set: TrustedSet,
  load: (role: string, delegator: TargetsRole) => Promise<TargetsRole>,
  scope?: PathScope,
): Promise<Listing> {
  const top = set.targets;
  if (top === undefined) throw fault('metadata.order', 'targets.json', 'it comes first');
  const unavailable: TufOnGitError[] = [];
  const graph = new Map<TargetsRole, Map<string, TargetsRole>>();
  const names = new Map([[top, 'targets']]);
  const waiting = [top];
  for (let role = waiting.pop(); role !== undefined; role = waiting.pop()) {
    if (graph.has(role)) continue;
    const children = new Map<string, TargetsRole>();
    graph.set(role, children);
    for (const name of childNames(role, set, scope)) {
      const child = await loadOrNote(() => load(name, role), unavailable);
      if (child === undefined) continue;
      children.set(name, child);
      names.set(child, name);
      waiting.push(child);
    }
  }
  const roles = [...names].map(([{ signed }, role]) => listed(role, signed));
  return { targets: findable(top, graph, scope), roles, unavailable };
}

function listed(role: string, { version, expires }: TargetsRole['signed']): ListedRole {
  return { role, version, expires };
}

function childNames(
  { signed }: TargetsRole,
  set: TrustedSet,
  scope: PathScope | undefined,
): readonly string[] {
  const succinct = signed.delegations?.succinctRoles;
  if (succinct === undefined) {
    const roles = delegatedRoles(signed);
    const wanted = scope === undefined ? roles : roles.filter((role) => mayReach(role, scope));
    return wanted.map(({ name }) => name);
  }
  // there may be 2^32 bins: the snapshot says which are in use
  return Object.keys(set.snapshot?.signed.meta ?? {})
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => succinct.isDelegatedRole(name));
}

async function loadOrNote(
  load: () => Promise<TargetsRole>,
  unavailable: TufOnGitError[],
): Promise<TargetsRole | undefined> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    unavailable.push(error);
    return undefined;
  }
}

function findable(
  top: TargetsRole,
  graph: ReadonlyMap<TargetsRole, ReadonlyMap<string, TargetsRole>>,
  scope: PathScope | undefined,
): readonly TargetInfo[] {
  const paths = new Set([...graph.keys()].flatMap((role) => Object.keys(role.signed.targets)));
  const list: TargetInfo[] = [];
  for (const path of paths) {
    if (!isSafeTargetPath(path)) continue;
    if (scope !== undefined && !isInScope(path, scope)) continue;
    const found = searchLoaded(path, ({ role, delegator }) =>
      delegator === undefined ? top : graph.get(delegator)?.get(role),
    );
    if (found !== undefined) list.push(targetInfo(path, found));
  }
  return list;
}

/** The search over loaded roles; one that could not be loaded ends it, as it would for a client. */
function searchLoaded(
  path: string,
  roleOf: (visit: Visit<TargetsRole>) => TargetsRole | undefined,
): Found | undefined {
  const search = searchTarget<TargetsRole>(path);
  let step = search.next();
  while (step.done !== true) {
    const role = roleOf(step.value);
    if (role === undefined) return undefined;
    step = search.next(role);
  }
  return step.value;
}
