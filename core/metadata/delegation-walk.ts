/**
 * The search for a target through delegations: TUF 1.0.34 §5.6.7.
 *
 * Pre-order depth-first in the order of the file (§5.6.7.2). A terminating delegation that matches
 * ends the search with its own subtree (§5.6.7.2.1). A role that was visited is skipped, which also
 * ends cycles, and after `maxDelegatedRoles` none is visited any more (§5.6.7.1). A target counts only
 * in a role whose whole chain of delegations matches it.
 *
 * The search itself is pure: it asks for a role by yielding a visit and is answered with that role,
 * so a client may answer from the network and a gate from a tree of files.
 */
import { createHash } from 'node:crypto';
import { DelegationIndex } from './delegation-index.ts';
import { delegatedRoles } from './model.ts';
import { matchesPattern } from './pattern.ts';
import type { DelegatedRole, TargetFile, Targets } from './tufjs.ts';

/** Delegated roles visited in one search, beside the top-level targets: the reference implementation's limit. */
export const maxDelegatedRoles = 32;

/** A targets role that the search wants to see, as seen from `delegator`. */
export interface Visit<D> {
  readonly role: string;
  /** Undefined for the top-level targets role. */
  readonly delegator: D | undefined;
  /** Role names from `targets` to this one. */
  readonly chain: readonly string[];
}

export interface Found {
  readonly target: TargetFile;
  readonly role: string;
  /** Role names from `targets` to the one that lists the target. */
  readonly chain: readonly string[];
}

/** Whether a delegation covers a target path. */
export type Covers = (role: DelegatedRole, path: string) => boolean;

/** Searches for one target path; answer each visit with the role, or throw to end the search. */
export function* searchTarget<D extends { readonly signed: Targets }>(
  path: string,
): Generator<Visit<D>, Found | undefined, D> {
  const walk = visitRoles<D>(path);
  let step = walk.next();
  while (step.done !== true) {
    const { role, chain } = step.value;
    const document = yield step.value;
    const target = ownTarget(document.signed, path);
    if (target !== undefined) return { target, role, chain };
    step = walk.next(document);
  }
  return undefined;
}

/**
 * The whole way that a search goes while it finds nothing; answer each visit with the role.
 * @param covers how the searching client matches patterns
 */
export function* visitRoles<D extends { readonly signed: Targets }>(
  path: string,
  covers: Covers = isDelegated,
): Generator<Visit<D>, undefined, D> {
  const visited = new Set<string>();
  let waiting: Visit<D>[] = [{ role: 'targets', delegator: undefined, chain: ['targets'] }];
  while (visited.size <= maxDelegatedRoles) {
    const visit = waiting.pop();
    if (visit === undefined) return undefined;
    if (visited.has(visit.role)) continue;
    visited.add(visit.role);
    const document = yield visit;
    const delegations = delegationsFor(document.signed, path, covers);
    if (delegations.at(-1)?.terminating === true) waiting = [];
    for (const { role } of delegations.toReversed()) {
      waiting.push({ role, delegator: document, chain: [...visit.chain, role] });
    }
  }
  return undefined;
}

export interface DelegationStep {
  readonly role: string;
  readonly terminating: boolean;
}

/** The delegations that match a target path, in order, up to and including the first terminating one. */
function delegationsFor(targets: Targets, path: string, covers: Covers): readonly DelegationStep[] {
  const succinct = targets.delegations?.succinctRoles;
  if (succinct !== undefined) {
    return [{ role: succinct.getRoleForTarget(path), terminating: true }];
  }
  const steps: DelegationStep[] = [];
  for (const role of indexOf(targets).candidates(path)) {
    if (!covers(role, path)) continue;
    steps.push({ role: role.name, terminating: role.terminating });
    if (role.terminating) break;
  }
  return steps;
}

const indexes = new WeakMap<Targets, DelegationIndex>();

function indexOf(targets: Targets): DelegationIndex {
  let index = indexes.get(targets);
  if (index === undefined) {
    index = new DelegationIndex(delegatedRoles(targets));
    indexes.set(targets, index);
  }
  return index;
}

/** True when the delegation covers the target path, by pattern or by hash prefix (TUF 1.0.34 §4.5). */
export function isDelegated(role: DelegatedRole, path: string): boolean {
  if (role.paths !== undefined) {
    return role.paths.some((pattern) => matchesPattern(path, pattern));
  }
  const digest = createHash('sha256').update(path).digest('hex');
  return (role.pathHashPrefixes ?? []).some((prefix) => digest.startsWith(prefix));
}

/** The entry of a target path; names that every object inherits are no targets. */
function ownTarget(targets: Targets, path: string): TargetFile | undefined {
  return Object.hasOwn(targets.targets, path) ? targets.targets[path] : undefined;
}
