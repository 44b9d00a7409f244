/** The metadata of a commit, read beside that of another one: of many roles, few change at once. */
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { readChanges, readState } from '../../core/gate/state.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Document } from '../../core/metadata/document.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import {
  loadRepository,
  type DocumentCache,
  type LoadedRepository,
  type LoadedRole,
} from '../../core/rules/repository.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import { entryOf, roleOf, type RepositoryState, type StateChange } from '../../core/rules/state.ts';

interface LoadedCommit {
  readonly record: { readonly commit: ObjectId };
  readonly repository: LoadedRepository;
}

/**
 * @param before of any commit that was loaded before
 * @throws as `loadRepository` does
 */
export async function loadNext(
  git: BareRepository,
  commit: ObjectId,
  cache: DocumentCache,
  before: LoadedCommit | undefined,
): Promise<LoadedRepository> {
  if (before?.record.commit === commit) return before.repository;
  const state = await readState(git, commit);
  if (before !== undefined) {
    const changes = await readChanges(git, before.record.commit, commit);
    const next = await withOtherEntries(before.repository, state, changes, cache);
    if (next !== undefined) return next;
  }
  return loadRepository(state, cache);
}

/**
 * The roles before with other files in the places of some, where that is all there is to it: no root
 * and no delegation is another one, no role is new or gone. Undefined where there is more to it.
 */
async function withOtherEntries(
  { root, roots, roles }: LoadedRepository,
  state: RepositoryState,
  changes: readonly StateChange[],
  cache: DocumentCache,
): Promise<LoadedRepository | undefined> {
  const next = new Map(roles);
  for (const change of changes) {
    const { path = '' } = change;
    if (!path.startsWith('metadata/')) continue;
    const role = roles.get(roleOf(path) ?? '');
    const changed = role && (await withOtherFile(role, state, change, cache));
    if (changed === undefined) return undefined;
    next.set(changed.name, changed);
  }
  return { root, roots, roles: next };
}

async function withOtherFile(
  role: LoadedRole,
  state: RepositoryState,
  change: StateChange,
  cache: DocumentCache,
): Promise<LoadedRole | undefined> {
  if (change.after === undefined || factsOf(role.document).delegates) return undefined;
  const { oid } = change.after;
  if (cache.get(oid)?.type !== 'targets') {
    const bytes = await state.read(entryOf(change, change.after));
    cache.set(oid, parseDocument('targets', bytes, role.file));
  }
  const document = cache.get(oid) as Document<'targets'>;
  return factsOf(document).delegates ? undefined : { ...role, oid, document };
}
