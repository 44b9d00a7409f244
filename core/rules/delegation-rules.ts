/** What a role delegates, and to whom. */
import { authorisedKey } from '../metadata/threshold.ts';
import { delegatedRoles } from '../metadata/model.ts';
import type { Policy } from '../metadata/policy.ts';
import type { DelegatedRole, Delegations } from '../metadata/tufjs.ts';
import { checkKeyCount, checkKeys } from './key-rules.ts';
import { checkPattern, containsPattern } from './path-rules.ts';
import type { LoadedRepository, LoadedRole } from './repository.ts';
import { fingerprints } from './root-rules.ts';
import { finding, type RuleFinding } from './verdict.ts';

/**
 * @param isOwn false where the role itself did not change: who takes paths from it must not need its
 *   keys, and only tough refuses a role for what it then delegates in vain
 */
export function* checkDelegations(
  role: LoadedRole,
  repository: LoadedRepository,
  policy: Policy,
  isOwn = true,
): Iterable<RuleFinding> {
  const delegations = role.document.signed.delegations;
  if (delegations === undefined) return;
  if (delegations.roles === undefined) {
    yield finding('delegation.form', role.file, 'delegations without roles stop some clients');
  }
  yield* checkKeys(role.file, delegations.keys, policy);
  yield* checkPatternCount(role);
  for (const delegation of delegatedRoles(role.document.signed)) {
    const where = `${role.file}, delegation to ${delegation.name}`;
    yield* checkKeyCount(where, delegation.keyIDs);
    yield* checkAuthority(where, delegation, delegations);
    yield* checkOnlineKeys(where, delegation, delegations, repository);
    yield* checkPaths(where, delegation, policy);
    if (isOwn || policy.clients.includes('tough')) {
      yield* checkWidth(where, delegation, role.delegation);
    }
  }
}

/** Role names are file names somewhere: no two may differ in case alone. */
export function* checkRoleNames({ roles }: Pick<LoadedRepository, 'roles'>): Iterable<RuleFinding> {
  const seen = new Map<string, string>();
  for (const { name, file } of roles.values()) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) yield finding('name.twin', file, `differs from ${twin} only in case`);
    seen.set(name.toLowerCase(), name);
  }
}

function* checkAuthority(
  where: string,
  role: DelegatedRole,
  { keys }: Delegations,
): Iterable<RuleFinding> {
  const unknown = role.keyIDs.find((keyid) => !Object.hasOwn(keys, keyid));
  if (unknown !== undefined) {
    yield finding('delegation.unknown-key', where, `key ${unknown.slice(0, 8)} is not in keys`);
  }
  if (role.threshold > role.keyIDs.length) {
    const message = `${role.keyIDs.length} keys cannot reach a threshold of ${role.threshold}`;
    yield finding('delegation.threshold', where, message);
  }
}

function* checkOnlineKeys(
  where: string,
  role: DelegatedRole,
  { keys }: Delegations,
  { root }: LoadedRepository,
): Iterable<RuleFinding> {
  const online = fingerprints(root, ['snapshot', 'timestamp']);
  for (const keyid of role.keyIDs) {
    const key = authorisedKey({ keys, role }, keyid);
    if (key !== undefined && online.has(key.fingerprint)) {
      yield finding('key.shared-online', where, 'an online key signs nothing else');
    }
  }
}

/** What one delegation may hold; every target of the role is held against all of them. */
const maxPatterns = 1024;

/**
 * What all delegations of a role may hold: clients compare a path with one after the other. As many as
 * there are hash prefixes of four digits, by which 16,384 roles share all targets.
 */
const maxPatternsOfRole = 65_536;

function* checkPatternCount({ file, document }: LoadedRole): Iterable<RuleFinding> {
  const count = [...delegatedRoles(document.signed)].reduce(
    (sum, { paths, pathHashPrefixes }) => sum + (paths ?? pathHashPrefixes ?? []).length,
    0,
  );
  if (count <= maxPatternsOfRole) return;
  const message = `${count} patterns; a role delegates by ${maxPatternsOfRole} at most`;
  yield finding('delegation.form', file, message, 'use wildcards, or one more level of roles');
}

function* checkPaths(where: string, role: DelegatedRole, policy: Policy): Iterable<RuleFinding> {
  if (role.paths === undefined && role.pathHashPrefixes === undefined) {
    yield finding('delegation.form', where, 'a delegation needs paths or path_hash_prefixes');
  }
  if ((role.paths ?? role.pathHashPrefixes ?? []).length > maxPatterns) {
    yield finding('delegation.form', where, `a delegation has at most ${maxPatterns} patterns`);
    return;
  }
  for (const pattern of role.paths ?? []) yield* checkPattern(where, pattern, policy.profile);
  if (role.pathHashPrefixes === undefined) return;
  if (policy.clients.includes('go-tuf')) {
    yield finding('delegation.hash-prefixes', where, 'go-tuf compares hash prefixes differently');
  }
  if (!role.pathHashPrefixes.every((prefix) => /^[0-9a-f]{1,64}$/.test(prefix))) {
    yield finding('delegation.form', where, 'a hash prefix is lower-case hex');
  }
}

/** A role delegates only what it has. */
function* checkWidth(
  where: string,
  inner: DelegatedRole,
  outer: DelegatedRole | undefined,
): Iterable<RuleFinding> {
  if (outer === undefined) return;
  const has = outer.paths;
  const isWithin = inner.paths?.every((path) => has?.some((own) => containsPattern(own, path)));
  const prefixes = outer.pathHashPrefixes;
  const isPrefixed = inner.pathHashPrefixes?.every((prefix) =>
    prefixes?.some((own) => prefix.startsWith(own)),
  );
  if (isWithin !== true && isPrefixed !== true) {
    yield finding('delegation.wider', where, 'it reaches beyond what the delegator has itself');
  }
}
