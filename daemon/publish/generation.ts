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
