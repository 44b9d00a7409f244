/**
 * Which role a client finds for a path, asked before any client does: TUF 1.0.34 §5.6.7, with the
 * matcher of every client that the policy lists.
 */
import { DelegationIndex } from '../metadata/delegation-index.ts';
import { isDelegated, visitRoles, type Covers } from '../metadata/delegation-walk.ts';
import { matchesAcrossSegments } from '../metadata/pattern.ts';
import { readPolicy, type Policy } from '../metadata/policy.ts';
import { Targets, type DelegatedRole } from '../metadata/tufjs.ts';
import type { Affected } from './affected/affected.ts';
import type { LoadedRole } from './repository.ts';
import { finding, type RuleFinding, type Verdict } from './verdict.ts';

type Roles = ReadonlyMap<string, LoadedRole>;

/** One fewer than the clients ask at most: the specification leaves open whether targets counts. */
const maxRolesOnTheWay = 31;

/** A new or changed entry is found by every client, and takes no other role's place. */
export function* checkSearches(affected: Affected, policy: Policy): Iterable<RuleFinding> {
  const { changed, repository } = affected;
  yield* checkNewClients(affected, policy);
  for (const { name, file, entries } of changed.values()) {
    if (!repository.roles.has(name)) continue;
    for (const path of entries().set) {
      const where = `${file}, target ${path}`;
      for (const covers of matchers(policy)) {
        const found = [...checkSearch(where, name, search(repository.roles, path, covers))];
        yield* found;
        if (found.length > 0) break;
      }
    }
  }
}

/** Where root comes to list a client that matches otherwise, it finds what the others find. */
function* checkNewClients(
  { rootBefore, repository: { roles } }: Affected,
  policy: Policy,
): Iterable<RuleFinding> {
  const known = rootBefore === undefined ? [] : matchers(readPolicy(rootBefore.signed));
  const fresh = known.length === 0 ? [] : matchers(policy).slice(known.length);
  for (const covers of fresh) {
    for (const { name, file, document } of roles.values()) {
      for (const path of Object.keys(document.signed.targets)) {
        if (!isFound(name, search(roles, path, isDelegated))) continue;
        yield* checkSearch(`${file}, target ${path}`, name, search(roles, path, covers));
      }
    }
  }
}

function* checkSearch(where: string, name: string, way: Search): Iterable<RuleFinding> {
  const [first, second] = way.listing;
  if (first?.role !== name) {
    const [why, hint] =
      first === undefined
        ? ['the search ends before this role', 'put its delegation before the terminating one']
        : [`it is found in ${first.role}`, `list it in ${first.role}, which is found first`];
    yield finding('path.shadowed', where, `no client finds this entry: ${why}`, hint);
  } else if (first.asked > maxRolesOnTheWay) {
    const message = `${first.asked} roles are asked on the way to it; ${maxRolesOnTheWay} at most`;
    const hint = 'make delegations terminating, or their paths narrower';
    yield finding('path.too-many-roles', where, message, hint);
  } else if (second !== undefined) {
    const message = `it takes the place of the entry in ${second.role}`;
    yield finding('path.shadows', where, message, `have ${second.role} remove it first`);
  }
}

/**
 * Entries that nobody changed and that a change of delegations put out of reach. Whoever delegates to
 * a role, or to one above it, may do so: who takes paths or keys from somebody must not need them for
 * it. From others it is refused, as if they had listed the path themselves.
 */
export function checkReach(affected: Affected, rolesBefore: Roles, policy: Policy): Verdict {
  const { changed, repository, zones } = affected;
  const verdict = { refusals: [] as RuleFinding[], notices: [] as RuleFinding[] };
  const delegators = searchChangers(affected);
  const index = new DelegationIndex(zones);
  const isInZone = (path: string) =>
    index.candidates(path).some((zone) => matchers(policy).some((covers) => covers(zone, path)));
  for (const { name, file, document } of repository.roles.values()) {
    const above = [...namesAbove(name, rolesBefore), ...namesAbove(name, repository.roles)];
    const isTheirs = above.some((role) => delegators.has(role));
    const set = changed.get(name)?.entries().set;
    for (const path of Object.keys(document.signed.targets)) {
      if (set?.has(path) === true || !isInZone(path)) continue;
      const isLost = matchers(policy).some(
        (covers) =>
          isFound(name, search(rolesBefore, path, covers)) &&
          !isFound(name, search(repository.roles, path, covers)),
      );
      if (!isLost) continue;
      const where = `${file}, target ${path}`;
      if (isTheirs) verdict.notices.push(finding('path.now-shadowed', where, nowShadowed));
      else verdict.refusals.push(finding('path.shadows', where, outOfReach([...delegators])));
    }
  }
  return verdict;
}

const nowShadowed = 'clients do not find this entry any more';

function outOfReach(delegators: readonly string[]): string {
  return `delegations of ${delegators.join(' and ')} put it out of reach`;
}

/** The roles whose delegations a search follows otherwise than before. */
function searchChangers({ changed }: Affected): ReadonlySet<string> {
  const others = [...changed.values()].filter(({ delegations }) =>
    [...delegations().values()].some((change) => change.changesPaths || change.changesSearch),
  );
  return new Set(others.map(({ name }) => name));
}

function namesAbove(name: string, roles: Roles): readonly string[] {
  const delegator = roles.get(name)?.delegator;
  return delegator === undefined ? [] : [delegator, ...namesAbove(delegator, roles)];
}

function isFound(name: string, { listing: [first] }: Search): boolean {
  return first?.role === name && first.asked <= maxRolesOnTheWay;
}

function matchers({ clients }: Policy): readonly Covers[] {
  return clients.includes('tough') ? [isDelegated, coversAcrossSegments] : [isDelegated];
}

function coversAcrossSegments(role: DelegatedRole, path: string): boolean {
  return (
    role.paths?.some((pattern) => matchesAcrossSegments(path, pattern)) ?? isDelegated(role, path)
  );
}

interface Search {
  /** Roles that list the path, in the order in which they are asked; only the first one is found. */
  readonly listing: readonly { readonly role: string; readonly asked: number }[];
}

/** A role that was not loaded cannot list the path: its delegations do not reach it. */
const nothing = {
  signed: new Targets({ version: 1, specVersion: '1.0', expires: '', targets: {} }),
};

function search(roles: Roles, path: string, covers: Covers): Search {
  const listing: { role: string; asked: number }[] = [];
  const walk = visitRoles<{ readonly signed: Targets }>(path, covers);
  let step = walk.next();
  for (let asked = 0; step.done !== true; asked += 1) {
    const { role } = step.value;
    const document = roles.get(role)?.document ?? nothing;
    if (Object.hasOwn(document.signed.targets, path)) listing.push({ role, asked });
    step = walk.next(document);
  }
  return { listing };
}
