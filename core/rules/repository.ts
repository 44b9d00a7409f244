/**
 * A state read as TUF metadata: the chain of roots, targets, and the delegated roles that can be
 * reached, all of them or those of a scope. Whatever is delegated must be there (`role.missing`):
 * some clients load all of it at start.
 */
import { fault } from '../error/error.ts';
import { rootAuthority } from '../metadata/authority.ts';
import { parseDocument, type Document } from '../metadata/document.ts';
import { delegatedRoles, type RoleType } from '../metadata/model.ts';
import { PackedTargets } from '../metadata/packed-targets.ts';
import { readPolicy } from '../metadata/policy.ts';
import type { Authority } from '../metadata/threshold.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import { requireRoleName } from './name-rules.ts';
import { roleFile, rootFile, rootHistoryFile, targetsFile, type RepositoryState } from './state.ts';

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
  /** Versions 1 to N, in order; in a state that no rule has judged, up to the first that is missing. */
  readonly roots: readonly Document<'root'>[];
  readonly root: Document<'root'>;
  /** `targets` and the delegated roles that were reached, in pre-order. */
  readonly roles: ReadonlyMap<string, LoadedRole>;
}

/** Parsed files by object id: what did not change between two states is parsed once. */
export interface DocumentCache {
  get(oid: string): Document | undefined;
  /** `get` then gives this document, or one that says the same. */
  set(oid: string, document: Document): unknown;
}

/** Of the delegations of a role, those to follow; with each the scope of what lies below. */
export type Scope = (delegator: LoadedRole, delegation: DelegatedRole) => Scope | undefined;

export const everything: Scope = () => everything;

/**
 * @throws `role.missing`, `name.form`, `name.two-delegators`, `delegation.cycle`,
 *   `delegation.too-deep`, `delegation.succinct-not-yet`, or what `parseDocument` throws
 */
export async function loadRepository(
  state: RepositoryState,
  cache: DocumentCache = new Map(),
): Promise<LoadedRepository> {
  const root = await loadRoot(state, cache);
  const [roots, roles] = [
    await loadRoots(state, root, cache),
    await loadRoles(state, root, everything, cache),
  ];
  return { root, roots, roles };
}

export async function loadRoot(
  state: RepositoryState,
  cache: DocumentCache,
): Promise<Document<'root'>> {
  return (await readDocument(state, 'root', rootFile, cache)).document;
}

export async function loadRoots(
  state: RepositoryState,
  root: Document<'root'>,
  cache: DocumentCache,
): Promise<readonly Document<'root'>[]> {
  const roots: Document<'root'>[] = [];
  for (let version = 1; version <= root.signed.version; version += 1) {
    const file = rootHistoryFile(version);
    if ((await state.find(file)) === undefined) break;
    roots.push((await readDocument(state, 'root', file, cache)).document);
  }
  return roots;
}

export async function loadRoles(
  state: RepositoryState,
  root: Document<'root'>,
  scope: Scope,
  cache: DocumentCache,
  maxDepth = readPolicy(root.signed).maxDepth,
): Promise<ReadonlyMap<string, LoadedRole>> {
  const roles = new Map<string, LoadedRole>();
  const load = async (
    place: Place,
    chain: readonly string[],
    below: Scope,
    ahead?: ReadAhead,
  ): Promise<void> => {
    if (place.delegation !== undefined) {
      requireRoleName(`${roleFile(place.delegator)}, delegation to ${place.name}`, place.name);
    }
    refuseLoops(place, chain, roles, maxDepth);
    const known = ahead?.get(place.file);
    const read = known ?? (await readDocument(state, 'targets', place.file, cache));
    const role = { ...place, ...read };
    roles.set(role.name, role);
    const wanted = placesBelow(role).flatMap((next) => {
      const scopeOfNext = below(role, next.delegation);
      return scopeOfNext === undefined ? [] : [{ next, scopeOfNext }];
    });
    let someAhead: ReadAhead | undefined;
    for (const [index, { next, scopeOfNext }] of wanted.entries()) {
      if (index % readAhead === 0) {
        const files = wanted.slice(index, index + readAhead).map((each) => each.next.file);
        someAhead = await readMany(state, files, cache);
      }
      await load(next, [...chain, role.name], scopeOfNext, someAhead);
    }
  };
  await load(topOf(root), [], scope);
  return roles;
}

const readAhead = 128;

/** By file. */
type ReadAhead = ReadonlyMap<string, Pick<LoadedRole, 'oid' | 'document'>>;

/** Reading one by one waits for git each time. Faults are met when it is their turn. */
async function readMany(
  state: RepositoryState,
  files: readonly string[],
  cache: DocumentCache,
): Promise<ReadAhead> {
  const read = new Map<string, Pick<LoadedRole, 'oid' | 'document'>>();
  if (files.length < 2) return read;
  const reading = files.map(async (file) => {
    read.set(file, await readDocument(state, 'targets', file, cache));
  });
  await Promise.allSettled(reading);
  return read;
}

type Place = Pick<LoadedRole, 'name' | 'file' | 'delegator' | 'authority' | 'delegation'>;

function topOf(root: Document<'root'>): Place {
  return {
    name: 'targets',
    file: targetsFile,
    delegator: 'root',
    authority: rootAuthority(root.signed, 'targets'),
    delegation: undefined,
  };
}

function placesBelow({ name, file, document }: LoadedRole) {
  if (document instanceof PackedTargets && !document.facts.delegates) return [];
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
  { name, file }: Place,
  chain: readonly string[],
  roles: ReadonlyMap<string, LoadedRole>,
  maxDepth: number,
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
  type: T,
  file: string,
  cache: DocumentCache,
): Promise<{ readonly oid: string; readonly document: Document<T> }> {
  const entry = await state.find(file);
  if (entry === undefined) {
    throw fault('role.missing', file, 'the role is delegated, but its file is not here', {
      hint: 'add the signed file, or remove the delegation',
    });
  }
  const { oid } = entry;
  const known = cache.get(oid);
  if (known?.type === type) return { oid, document: known as Document<T> };
  const document = parseDocument(type, await state.read(entry), file);
  cache.set(oid, document);
  return { oid, document: cache.get(oid) as Document<T> };
}
