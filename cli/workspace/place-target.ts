/** Which role lists a target path: the search that every client makes, asked beforehand. */
import { fault } from '../../core/error/error.ts';
import { isDelegated, searchTarget } from '../../core/metadata/delegation-walk.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { LoadedRepository, LoadedRole } from '../../core/rules/repository.ts';
import { unknownRole } from './drafts.ts';
import { keyidFor, type OwnKey } from './own-keys.ts';

/** What a client meets when it looks for a path. */
interface PathSearch {
  /** The roles asked, in order, up to the one that lists the path. */
  readonly asked: readonly LoadedRole[];
  /** The role that lists it now. */
  readonly listedBy: LoadedRole | undefined;
}

function searchPath(repository: LoadedRepository, path: string): PathSearch {
  const asked: LoadedRole[] = [];
  const search = searchTarget<LoadedRole['document']>(path);
  let step = search.next();
  while (step.done !== true) {
    const role = repository.roles.get(step.value.role);
    if (role === undefined) throw unknownRole(step.value.role);
    asked.push(role);
    step = search.next(role.document);
  }
  const listedBy = step.value === undefined ? undefined : repository.roles.get(step.value.role);
  return { asked, listedBy };
}

/**
 * The role in which to list a path: the one asked for, else the one that lists it already, else the
 * one that these keys may sign: of two the one to which the other delegates.
 * @throws `path.outside-delegation`, `path.shadowed`, `path.shadows` for a role in which no client
 *   would find it as it should be found; `workspace.not-allowed`; `usage.argument` where several
 *   roles would do
 */
export function roleForPath(
  repository: LoadedRepository,
  path: string,
  wanted: string | undefined,
  atHand: readonly OwnKey[],
): LoadedRole {
  const search = searchPath(repository, path);
  if (wanted !== undefined) return checkedRole(repository, path, wanted, search);
  const candidates = search.listedBy === undefined ? search.asked : [search.listedBy];
  const keys = telling(atHand, candidates);
  if (keys.length === 0 && candidates.length > 1) throw undecided(path, candidates);
  const mine = candidates.filter(({ authority }) =>
    keys.some(({ key }) => keyidFor(authority, key) !== undefined),
  );
  const [first] = keys.length === 0 ? candidates : mine;
  if (first === undefined) throw notMine(path, candidates, onlineRolesOf(repository));
  if (keys.length === 0) return first;
  const lowest = mine.find((role) => {
    const chain = chainOf(repository, role);
    return mine.every((other) => chain.includes(other));
  });
  if (lowest === undefined) throw undecided(path, mine);
  return lowest;
}

/** The keys by which to tell whose workspace it is: a token may hold keys for anything. */
function telling(keys: readonly OwnKey[], roles: readonly LoadedRole[]): readonly OwnKey[] {
  const named = keys.filter(({ isFound }) => isFound !== true);
  if (named.length > 0) return named;
  return keys.filter(({ key }) => roles.some((role) => keyidFor(role.authority, key)));
}

/** The role, its delegator, and so on up to targets. */
function chainOf(repository: LoadedRepository, role: LoadedRole): readonly LoadedRole[] {
  const delegator = role.delegation && repository.roles.get(role.delegator);
  return delegator === undefined ? [role] : [role, ...chainOf(repository, delegator)];
}

/**
 * The role in which to take a path off the list.
 * @throws `search.not-found`, or `usage.argument` when several roles list it and none was named
 */
export function roleListing(
  repository: LoadedRepository,
  path: string,
  wanted: string | undefined,
): LoadedRole {
  const listing = [...repository.roles.values()].filter(
    ({ name, document }) =>
      Object.hasOwn(document.signed.targets, path) && (wanted === undefined || name === wanted),
  );
  const [only, another] = listing;
  if (only === undefined) {
    throw fault('search.not-found', path, `${wanted ?? 'no role'} lists no such target`);
  }
  if (another !== undefined) throw undecided(path, listing);
  return only;
}

function checkedRole(
  repository: LoadedRepository,
  path: string,
  name: string,
  { asked, listedBy }: PathSearch,
): LoadedRole {
  const role = repository.roles.get(name);
  if (role === undefined) throw unknownRole(name);
  const hint = `it may be listed by ${namesOf(asked)}`;
  if (!isWithinChain(repository, role, path)) {
    const message = `the path lies outside what is delegated to ${name}`;
    throw fault('path.outside-delegation', path, message, { hint });
  }
  if (!asked.includes(role)) {
    const end = listedBy === undefined ? '' : `: ${listedBy.name} lists it before`;
    throw fault('path.shadowed', path, `no client would look for it in ${name}${end}`, { hint });
  }
  if (listedBy !== undefined && listedBy !== role) {
    throw fault('path.shadows', path, `${listedBy.name} lists it; ${name} would take its place`, {
      hint: `remove it there first, or use --role ${listedBy.name}`,
    });
  }
  return role;
}

function isWithinChain(repository: LoadedRepository, role: LoadedRole, path: string): boolean {
  return chainOf(repository, role).every(
    ({ delegation }) => delegation === undefined || isDelegated(delegation, path),
  );
}

function undecided(path: string, roles: readonly LoadedRole[]) {
  return fault('usage.argument', path, `several roles may list it: ${namesOf(roles)}`, {
    hint: 'choose with --role NAME',
  });
}

function notMine(path: string, roles: readonly LoadedRole[], online: readonly string[]) {
  const signedByServer = roles.find(({ name }) => online.includes(name));
  if (signedByServer !== undefined) {
    const message = `the server signs ${signedByServer.name}`;
    const hint = `send it with a token for online:${signedByServer.name}: POST /api/v1/targets`;
    return fault('workspace.not-allowed', path, message, { hint });
  }
  const message = `it belongs to ${namesOf(roles)}, which no key of this workspace may sign`;
  return fault('workspace.not-allowed', path, message, {
    hint: 'give your key with --key, or choose with --role NAME what somebody else will sign',
  });
}

function namesOf(roles: readonly LoadedRole[]): string {
  return roles.map(({ name }) => name).join(', ');
}
