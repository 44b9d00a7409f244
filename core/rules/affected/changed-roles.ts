/** What a transition changes, read off the changed files alone: roles, entries, delegations. */
import { TufOnGitError } from '../../error/error.ts';
import { parseDocument, type Document } from '../../metadata/document.ts';
import { equalJson } from '../../metadata/json.ts';
import { delegatedRoles } from '../../metadata/model.ts';
import type { DelegatedRole, Targets } from '../../metadata/tufjs.ts';
import { once } from '../once.ts';
import type { DocumentCache } from '../repository.ts';
import { entryOf, isFile, roleOf, type RepositoryState, type StateChange } from '../state.ts';

/** A targets role whose file differs; either side is undefined where there is none. */
export interface ChangedRole {
  readonly name: string;
  readonly file: string;
  readonly before: Document<'targets'> | undefined;
  readonly after: Document<'targets'> | undefined;
  /** Paths whose entry is new, another one, or gone. */
  readonly entries: () => EntryChanges;
  /** By the name of the role that is delegated to. */
  readonly delegations: () => ReadonlyMap<string, DelegationChange>;
}

export interface EntryChanges {
  readonly set: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

/** How the delegation of one role differs. */
export interface DelegationChange {
  readonly before: DelegatedRole | undefined;
  readonly after: DelegatedRole | undefined;
  /** Keys or threshold are others: its signatures have to be counted again. */
  readonly changesAuthority: boolean;
  /** What it may list is another: so it is for all roles below. */
  readonly changesPaths: boolean;
  /** It ends a search where it did not, or comes at another place in the order. */
  readonly changesSearch: boolean;
}

/** @throws what `parseDocument` does, for the new side; the old one was accepted */
export async function readChangedRoles(
  before: RepositoryState | undefined,
  after: RepositoryState,
  changes: readonly StateChange[],
  cache: DocumentCache,
): Promise<ReadonlyMap<string, ChangedRole>> {
  const roles = new Map<string, ChangedRole>();
  for (const change of changes) {
    const name = roleOf(change.path ?? '');
    if (name === undefined) continue;
    const was = await readSide(before, change, 'before', cache);
    const read = readSide(after, change, 'after', cache);
    const is = await (was === undefined ? read.catch(unreadable) : read);
    if (was !== undefined || is !== undefined) roles.set(name, changedRole(name, change, was, is));
  }
  return roles;
}

/** A new file may be none of ours: who delegates to it meets the fault when the role is loaded. */
function unreadable(error: unknown): undefined {
  if (error instanceof TufOnGitError) return undefined;
  throw error;
}

async function readSide(
  state: RepositoryState | undefined,
  change: StateChange,
  which: 'before' | 'after',
  cache: DocumentCache,
): Promise<Document<'targets'> | undefined> {
  const side = change[which];
  if (state === undefined || side === undefined || !isFile(side)) return undefined;
  const known = cache.get(side.oid);
  if (known?.type === 'targets') return known as Document<'targets'>;
  const bytes = await state.read(entryOf(change, side));
  const document = parseDocument('targets', bytes, change.shown);
  cache.set(side.oid, document);
  return document;
}

function changedRole(
  name: string,
  { shown }: StateChange,
  before: Document<'targets'> | undefined,
  after: Document<'targets'> | undefined,
): ChangedRole {
  return {
    name,
    file: shown,
    before,
    after,
    entries: once(() => entryChanges(before?.signed, after?.signed)),
    delegations: once(() => delegationChanges(before?.signed, after?.signed)),
  };
}

function entryChanges(before: Targets | undefined, after: Targets | undefined): EntryChanges {
  const [was, is] = [before?.targets ?? {}, after?.targets ?? {}];
  const set = Object.entries(is).filter(
    ([path, entry]) => !Object.hasOwn(was, path) || was[path]?.equals(entry) !== true,
  );
  const removed = Object.keys(was).filter((path) => !Object.hasOwn(is, path));
  return { set: new Set(set.map(([path]) => path)), removed: new Set(removed) };
}

function delegationChanges(
  before: Targets | undefined,
  after: Targets | undefined,
): ReadonlyMap<string, DelegationChange> {
  const was = new Map((before ? delegatedRoles(before) : []).map((role) => [role.name, role]));
  const is = new Map((after ? delegatedRoles(after) : []).map((role) => [role.name, role]));
  const moved = movedNames([...was.keys()], [...is.keys()]);
  const swapped = swappedKeys(before, after);
  const changes = new Map<string, DelegationChange>();
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [one, two] = [was.get(name), is.get(name)];
    const change = {
      before: one,
      after: two,
      changesAuthority:
        !equalJson(authorityOf(one), authorityOf(two)) ||
        two?.keyIDs.some((keyid) => swapped.has(keyid)) === true,
      changesPaths: !equalJson(pathsOf(one), pathsOf(two)),
      changesSearch: one?.terminating !== two?.terminating || moved.has(name),
    };
    if (change.changesAuthority || change.changesPaths || change.changesSearch) {
      changes.set(name, change);
    }
  }
  return changes;
}

/** Names that stand on both sides, from the first to the last place at which the order differs. */
function movedNames(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const [was, is] = [new Set(before), new Set(after)];
  const one = before.filter((name) => is.has(name));
  const two = after.filter((name) => was.has(name));
  const isOther = (name: string, index: number) => name !== two[index];
  const first = one.findIndex(isOther);
  if (first < 0) return new Set();
  return new Set(one.slice(first, one.findLastIndex(isOther) + 1));
}

/** Keyids under which there is another key: each is compared once, however many roles name it. */
function swappedKeys(before: Targets | undefined, after: Targets | undefined): ReadonlySet<string> {
  const was = new Map(Object.entries(before?.delegations?.keys ?? {}));
  const swapped = Object.entries(after?.delegations?.keys ?? {}).filter(([keyid, key]) => {
    const old = was.get(keyid);
    return old !== undefined && !equalJson(old.toJSON(), key.toJSON());
  });
  return new Set(swapped.map(([keyid]) => keyid));
}

function authorityOf(role: DelegatedRole | undefined) {
  return role === undefined ? null : { keyids: role.keyIDs, threshold: role.threshold };
}

function pathsOf(role: DelegatedRole | undefined) {
  if (role === undefined) return null;
  return { paths: role.paths ?? null, prefixes: role.pathHashPrefixes ?? null };
}
