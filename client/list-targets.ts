import { fault, TufOnGitError, type Finding } from '../core/error/error.ts';
import { searchTarget, type Found, type Visit } from '../core/metadata/delegation-walk.ts';
import { delegatedRoles } from '../core/metadata/model.ts';
import { isSafeTargetPath } from '../core/metadata/names.ts';
import type { TrustedSet, Verified } from '../core/metadata/trusted-set.ts';
import { targetInfo, type TargetInfo } from './target-info.ts';

type TargetsRole = Verified<'targets'>;

export interface Listing {
  /** Every target that a search finds, by the role in which it finds it. */
  readonly targets: readonly TargetInfo[];
  /** Roles that could not be loaded: targets behind them are not listed. */
  readonly unavailable: readonly Finding[];
}

/**
 * Loads every role that delegations lead to, then searches for every path that any of them lists:
 * an entry counts only where the search of TUF 1.0.34 §5.6.7 finds it.
 */
export async function listTargets(
  set: TrustedSet,
  load: (role: string, delegator: TargetsRole) => Promise<TargetsRole>,
): Promise<Listing> {
  const top = set.targets;
  if (top === undefined) throw fault('metadata.order', 'targets.json', 'it comes first');
  const unavailable: Finding[] = [];
  const graph = new Map<TargetsRole, Map<string, TargetsRole>>();
  const waiting = [top];
  for (let role = waiting.pop(); role !== undefined; role = waiting.pop()) {
    if (graph.has(role)) continue;
    const children = new Map<string, TargetsRole>();
    graph.set(role, children);
    for (const name of childNames(role, set)) {
      const child = await loadOrNote(() => load(name, role), unavailable);
      if (child === undefined) continue;
      children.set(name, child);
      waiting.push(child);
    }
  }
  return { targets: findable(top, graph), unavailable };
}

function childNames(role: TargetsRole, set: TrustedSet): readonly string[] {
  const succinct = role.signed.delegations?.succinctRoles;
  if (succinct === undefined) return delegatedRoles(role.signed).map(({ name }) => name);
  // there may be 2^32 bins: the snapshot says which are in use
  return Object.keys(set.snapshot?.signed.meta ?? {})
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => succinct.isDelegatedRole(name));
}

async function loadOrNote(
  load: () => Promise<TargetsRole>,
  unavailable: Finding[],
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
): readonly TargetInfo[] {
  const paths = new Set([...graph.keys()].flatMap((role) => Object.keys(role.signed.targets)));
  const list: TargetInfo[] = [];
  for (const path of paths) {
    if (!isSafeTargetPath(path)) continue;
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
