import { readPolicy } from '../../core/metadata/policy.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { RecordEntry } from './record.ts';

/**
 * One published, mutually consistent set: a commit of `main` with the snapshot and the timestamp
 * made for it. Clients only ever see whole generations.
 */
export interface Generation {
  readonly record: RecordEntry;
  /** The metadata of the commit. */
  readonly repository: LoadedRepository;
}

/** The targets roles whose file is new or another one. */
export function changedRoles(
  before: LoadedRepository | undefined,
  after: LoadedRepository,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const { name, oid } of after.roles.values()) {
    if (before?.roles.get(name)?.oid !== oid) changed.add(name);
  }
  return changed;
}

/**
 * The targets roles of which other entries than before may count: those that changed, and whatever is
 * below a delegator that did. Undefined: of all.
 * @param changed as `changedRoles` has it
 */
export function touchedRoles(
  before: LoadedRepository | undefined,
  after: LoadedRepository,
  changed: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  if (before === undefined || clientsOf(before) !== clientsOf(after)) return undefined;
  // In pre-order: a delegator comes before what is below it.
  const touched = new Set<string>();
  for (const { name, delegator } of after.roles.values()) {
    if (changed.has(name) || touched.has(delegator)) touched.add(name);
  }
  return touched;
}

/** They decide which entries are in force. */
function clientsOf({ root }: LoadedRepository): string {
  return readPolicy(root.signed).clients.join();
}
