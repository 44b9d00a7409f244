/** Every file under `metadata/` and `targets/` is named by verified metadata, and every name is there. */
import { readPolicy, type Policy } from '../metadata/policy.ts';
import type { Affected } from './affected/affected.ts';
import type { ChangedRole } from './affected/changed-roles.ts';
import { once } from './once.ts';
import type { LoadedRepository } from './repository.ts';
import {
  eventStateFile,
  isFile,
  roleFile,
  roleOf,
  targetFile,
  targetOf,
  type RepositoryState,
  type StateChange,
} from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

export async function checkClosedWorld(
  affected: Affected,
  after: RepositoryState,
  changes: readonly StateChange[],
  policy: Policy,
): Promise<readonly RuleFinding[]> {
  const listed = once(() => listedPaths(affected.repository));
  return [
    ...changes.flatMap((change) => [...checkPlace(change, affected, policy, listed)]),
    ...(await checkLeftBehind(affected, after, listed)),
    ...(await checkDisallowed(affected, after, policy)),
  ];
}

type Listed = () => ReadonlySet<string>;

function listedPaths({ roles }: LoadedRepository): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { document } of roles.values()) {
    for (const path of Object.keys(document.signed.targets)) paths.add(path);
  }
  return paths;
}

/** Of what came or changed: a place that something names. */
function* checkPlace(
  { path, shown, after }: StateChange,
  { repository }: Affected,
  policy: Policy,
  listed: Listed,
): Iterable<RuleFinding> {
  if (after === undefined || !isFile(after) || path === undefined) return;
  if (isRootFile(path, repository.root.signed.version)) return;
  const [role, target] = [roleOf(path), targetOf(path)];
  if (role !== undefined && repository.roles.has(role)) return;
  if (target !== undefined && listed().has(target)) return;
  if (path === eventStateFile || !policy.allowedPaths.includes(path)) yield stranger(shown);
}

/** Whether all versions are there is the business of the rules of root. */
function isRootFile(path: string, newest: number): boolean {
  if (path === 'metadata/root.json') return true;
  const version = /^metadata\/root_history\/([1-9]\d*)\.root\.json$/.exec(path)?.[1];
  return version !== undefined && Number(version) <= newest;
}

/** Files that nothing names any more: of delegations that went, and of targets that went off a list. */
async function checkLeftBehind(
  { repository, changed, isWhole }: Affected,
  after: RepositoryState,
  listed: Listed,
): Promise<readonly RuleFinding[]> {
  const found: RuleFinding[] = [];
  for (const { delegations, entries, before } of changed.values()) {
    if (before === undefined && isWhole) continue;
    const dropped = [...delegations().values()].filter((change) => change.after === undefined);
    const files = [
      ...dropped.flatMap((change) => change.before?.name ?? []).map(roleFile),
      ...[...entries().removed].filter((path) => !listed().has(path)).map(targetFile),
    ];
    for (const file of files) {
      const isNamed = repository.roles.has(roleOf(file) ?? '');
      const entry = isNamed ? undefined : await after.find(file);
      if (entry !== undefined && isFile(entry)) found.push(stranger(file));
    }
  }
  return found;
}

/** Files that a new root does not allow any more. */
async function checkDisallowed(
  { rootBefore }: Affected,
  after: RepositoryState,
  policy: Policy,
): Promise<readonly RuleFinding[]> {
  const found: RuleFinding[] = [];
  const before = rootBefore === undefined ? [] : readPolicy(rootBefore.signed).allowedPaths;
  for (const path of before) {
    if (policy.allowedPaths.includes(path)) continue;
    const entry = await after.find(path);
    if (entry !== undefined && isFile(entry)) found.push(stranger(entry.shown));
  }
  return found;
}

/** In an accepted state each role has one delegator: who names it too, or takes its file, must not. */
export function* checkDelegators({
  changed,
  repository,
  isWhole,
}: Affected): Iterable<RuleFinding> {
  if (isWhole) return; // what is loaded whole was found so on the way
  const dropped = new Set<string>();
  for (const { delegations } of changed.values()) {
    for (const [name, { after }] of delegations()) if (after === undefined) dropped.add(name);
  }
  for (const role of changed.values()) {
    yield* checkAdded(role, dropped, changed, repository.roles);
    if (role.after === undefined && !dropped.has(role.name)) {
      const message = 'the role is delegated, but its file is not here';
      yield finding('role.missing', role.file, message, 'put it back, or remove the delegation');
    }
  }
}

function* checkAdded(
  { name: delegator, delegations }: ChangedRole,
  dropped: ReadonlySet<string>,
  changed: Affected['changed'],
  roles: Affected['repository']['roles'],
): Iterable<RuleFinding> {
  for (const [name, { before, after }] of delegations()) {
    if (before !== undefined || after === undefined || dropped.has(name)) continue;
    const role = changed.get(name);
    const isNew = role !== undefined && role.before === undefined;
    if (isNew || !roles.has(name)) continue;
    const message = `${delegator} delegates to it, and another role does already`;
    yield finding('name.two-delegators', roleFile(name), message, 'give each role one delegator');
  }
}

function stranger(path: string): RuleFinding {
  if (/^metadata\/(\d+\.)?(snapshot|timestamp)\.json$/.test(path)) {
    const message = 'snapshot and timestamp are the daemon’s to sign';
    return finding('git.online-file', path, message, 'leave the file out');
  }
  if (/^(metadata|targets)\//.test(path)) {
    return finding('git.ghost-file', path, 'no metadata names this file', 'sign for it or drop it');
  }
  const message = 'the policy in root does not allow this path';
  return finding('git.path-not-allowed', path, message, 'drop it, or have allowedPaths name it');
}
