/**
 * A state read as TUF metadata: the chain of roots, targets, and every delegated role that can be
 * reached. Whatever is delegated must be there (`role.missing`): some clients load all of it at
 * start.
 */
import { fault } from '../error/error.ts';
import { rootAuthority } from '../metadata/authority.ts';
import { parseDocument, type Document } from '../metadata/document.ts';
import { delegatedRoles, type RoleType } from '../metadata/model.ts';
import type { Authority } from '../metadata/threshold.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import {
  isFile,
  roleFile,
  rootFile,
  rootHistoryFile,
  targetsFile,
  type RepositoryState,
  type StateEntry,
} from './state.ts';

/** A targets role with its place in the tree and in the delegation graph. */
export interface LoadedRole {
  readonly name: string;
  readonly file: string;
  readonly oid: string;
  readonly document: Document<'targets'>;
  /** `root` for targets. */
  readonly delegator: string;
  readonly authority: Authority;
  /** How it was delegated; undefined for targets. */
  readonly delegation: DelegatedRole | undefined;
}

export interface LoadedRepository {
  /** All files of the tree by path. */
  readonly files: ReadonlyMap<string, StateEntry>;
  /** Versions 1 to N, in order; in a state that no rule has judged, up to the first that is missing. */
  readonly roots: readonly Document<'root'>[];
  readonly root: Document<'root'>;
  /** `targets` and every reachable delegated role, in pre-order. */
  readonly roles: ReadonlyMap<string, LoadedRole>;
}

const maxDepth = 4;

/** Parsed files by object id: what did not change between two states is parsed once. */
export type DocumentCache = Map<string, Document>;

/**
 * @throws `role.missing`, `name.two-delegators`, `delegation.cycle`,
 *   `delegation.too-deep`, `delegation.succinct-not-yet`, or what `parseDocument` throws
 */
export async function loadRepository(
  state: RepositoryState,
  cache: DocumentCache = new Map(),
): Promise<LoadedRepository> {
  const files = filesOf(state);
  const read = <T extends RoleType>(type: T, file: string) =>
    readDocument(state, files, cache, type, file);
  const root = await read('root', rootFile);
  const roots: Document<'root'>[] = [];
  for (let version = 1; version <= root.signed.version; version += 1) {
    const file = rootHistoryFile(version);
    if (!files.has(file)) break;
    roots.push(await read('root', file));
  }
  return { files, roots, root, roles: await loadRoles(root, files, read) };
}

type Read = (type: 'targets', file: string) => Promise<Document<'targets'>>;

async function loadRoles(
  root: Document<'root'>,
  files: ReadonlyMap<string, StateEntry>,
  read: Read,
): Promise<ReadonlyMap<string, LoadedRole>> {
  const roles = new Map<string, LoadedRole>();
  const load = async (
    place: Pick<LoadedRole, 'name' | 'file' | 'delegator' | 'authority' | 'delegation'>,
    chain: readonly string[],
  ): Promise<void> => {
    refuseLoops(place.name, place.file, chain, roles);
    const document = await read('targets', place.file);
    roles.set(place.name, { ...place, document, oid: files.get(place.file)?.oid ?? '' });
    for (const next of placesBelow(place.name, place.file, document)) {
      await load(next, [...chain, place.name]);
    }
  };
  await load(
    {
      name: 'targets',
      file: targetsFile,
      delegator: 'root',
      authority: rootAuthority(root.signed, 'targets'),
      delegation: undefined,
    },
    [],
  );
  return roles;
}

function placesBelow(name: string, file: string, document: Document<'targets'>) {
  const delegations = document.signed.delegations;
  if (delegations?.succinctRoles !== undefined) {
    throw fault('delegation.succinct-not-yet', file, 'succinct roles are not supported here yet');
  }
  return delegatedRoles(document.signed).map((delegation) => ({
    name: delegation.name,
    file: roleFile(delegation.name),
    delegator: name,
    authority: { keys: delegations?.keys ?? {}, role: delegation },
    delegation,
  }));
}

function refuseLoops(
  name: string,
  file: string,
  chain: readonly string[],
  roles: ReadonlyMap<string, LoadedRole>,
): void {
  if (chain.includes(name)) {
    throw fault('delegation.cycle', file, `${[...chain, name].join(' → ')} comes back to itself`);
  }
  const other = roles.get(name);
  if (other !== undefined) {
    const delegators = `${other.delegator} and ${chain.at(-1) ?? 'root'}`;
    throw fault('name.two-delegators', file, `both ${delegators} delegate to it`, {
      hint: 'give each role one delegator',
    });
  }
  if (chain.length > maxDepth) {
    throw fault('delegation.too-deep', file, `delegated more than ${maxDepth} levels deep`);
  }
}

async function readDocument<T extends RoleType>(
  state: RepositoryState,
  files: ReadonlyMap<string, StateEntry>,
  cache: DocumentCache,
  type: T,
  file: string,
): Promise<Document<T>> {
  const entry = files.get(file);
  if (entry === undefined) {
    throw fault('role.missing', file, 'the role is delegated, but its file is not here', {
      hint: 'add the signed file, or remove the delegation',
    });
  }
  const known = cache.get(entry.oid);
  if (known?.type === type) return known as Document<T>;
  const document = parseDocument(type, await state.read(entry), file);
  cache.set(entry.oid, document);
  return document;
}

function filesOf(state: RepositoryState): ReadonlyMap<string, StateEntry> {
  const files = new Map<string, StateEntry>();
  for (const entry of state.entries) {
    if (entry.path !== undefined && isFile(entry)) files.set(entry.path, entry);
  }
  return files;
}
