/** The files of a generation under their public names. */
import { createHash } from 'node:crypto';
import type { Document } from '../../core/metadata/document.ts';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import { readPolicy } from '../../core/metadata/policy.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import { pathsInForce } from '../../core/rules/entries.ts';
import type { LoadedRepository, LoadedRole } from '../../core/rules/repository.ts';
import { memoryFile, storedFile, type PublishedFile } from './manifest.ts';

/** Metadata under its versioned name: TUF 1.0.34 §6.2. */
export interface MetadataFile {
  readonly name: string;
  readonly document: Document;
}

/** Of these roles; undefined: of all. */
export type Roles = ReadonlySet<string> | undefined;

export const timestampName = 'metadata/timestamp.json';

/** Delegated roles first, then targets, roots and snapshot: nothing is named before it is there. */
export function metadataFiles(
  repository: LoadedRepository,
  snapshot: Document<'snapshot'>,
  only?: Roles,
): readonly MetadataFile[] {
  return [...offlineFiles(repository, only), snapshotFile(snapshot)];
}

/** The metadata that comes from people, in the same order. */
export function offlineFiles(
  { roles, roots }: LoadedRepository,
  only?: Roles,
): readonly MetadataFile[] {
  return [...among(roles, only).reverse().map(roleFile), ...roots.map(rootFile)];
}

/** The names of metadata that one generation has and the next one does not. */
export function outdatedFiles(before: GenerationFiles, next: GenerationFiles): readonly string[] {
  const names: string[] = [];
  for (const role of before.repository.roles.values()) {
    const { oid } = next.repository.roles.get(role.name) ?? {};
    if (oid !== role.oid) names.push(roleFile(role).name);
  }
  const [old, current] = [before.record.snapshot, next.record.snapshot].map(snapshotFile);
  if (old !== undefined && old.name !== current?.name) names.push(old.name);
  return names;
}

/** The names of target files that one generation has and the next one does not, in touched roles. */
export function removedTargets(
  before: GenerationFiles,
  next: GenerationFiles,
  touched: Roles,
): readonly string[] {
  const { roles } = next.repository;
  const gone = [...before.repository.roles.keys()].filter((name) => !roles.has(name));
  const names = (repository: LoadedRepository, only: Roles) =>
    [...publicTargets(repository, only)].flatMap((target) => target.names);
  const current = new Set(names(next.repository, touched));
  const old = names(before.repository, touched && new Set([...touched, ...gone]));
  return old.filter((name) => !current.has(name));
}

interface GenerationFiles {
  readonly repository: LoadedRepository;
  readonly record: { readonly snapshot: Document<'snapshot'> };
}

/** A target with the names that it has, one for each hash that is listed: the first holds the file. */
export interface PublicTarget {
  readonly path: string;
  readonly target: TargetFile;
  readonly names: readonly string[];
}

/** Entries that no client finds any more are left out: another role may have the path by now. */
export function* publicTargets(
  { root, roles }: LoadedRepository,
  only?: Roles,
): Generator<PublicTarget> {
  const policy = readPolicy(root.signed);
  for (const role of among(roles, only)) {
    const { targets } = role.document.signed;
    for (const path of pathsInForce(role, roles, policy)) {
      const target = targets[path];
      if (target === undefined) continue;
      const hashes = Object.values(target.hashes);
      yield {
        path,
        target,
        names: hashes.map((hash) => `targets/${hashedTargetPath(path, hash)}`),
      };
    }
  }
}

/** In memory as far as there is room; all else is read from the store. */
export function* metadataEntries(
  { roles, roots }: LoadedRepository,
  snapshot: Document<'snapshot'>,
  only?: Roles,
): Generator<readonly [string, PublishedFile]> {
  const isRoomy = bytesOf(roles) <= maxRoleBytesInMemory;
  for (const role of among(roles, only)) {
    const file = roleFile(role);
    yield isRoomy || role.name === 'targets' ? inMemory(file) : inStore(file, role);
  }
  for (const file of [...roots.map(rootFile), snapshotFile(snapshot)]) yield inMemory(file);
}

export function timestampEntry({ bytes }: Document<'timestamp'>): readonly [string, PublishedFile] {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return [timestampName, memoryFile('timestamp', bytes, digest)];
}

export function* targetEntries(
  targets: Iterable<PublicTarget>,
): Generator<readonly [string, PublishedFile]> {
  for (const { names, target } of targets) {
    for (const name of names) {
      const file = storedFile(name, target.length);
      if (file !== undefined) yield [name, file];
    }
  }
}

/** What delegated roles may take of memory to be served from there. */
const maxRoleBytesInMemory = 8 << 20;

function bytesOf(roles: LoadedRepository['roles']): number {
  let bytes = 0;
  for (const { document } of roles.values()) bytes += factsOf(document).length;
  return bytes;
}

function inMemory({ name, document }: MetadataFile): readonly [string, PublishedFile] {
  return [name, memoryFile('metadata', document.bytes, name.slice(name.indexOf('/') + 1))];
}

function inStore(file: MetadataFile, { document }: LoadedRole): readonly [string, PublishedFile] {
  return [file.name, storedFile(file.name, factsOf(document).length) ?? inMemory(file)[1]];
}

/** Not one by one: of many roles, few are asked for. */
function among(roles: LoadedRepository['roles'], only: Roles): LoadedRole[] {
  if (only === undefined) return [...roles.values()];
  return [...only].flatMap((name) => roles.get(name) ?? []);
}

function roleFile({ name, document }: LoadedRole): MetadataFile {
  return versioned(name, factsOf(document).version, document);
}

function rootFile(root: Document<'root'>): MetadataFile {
  return versioned('root', root.signed.version, root);
}

function snapshotFile(snapshot: Document<'snapshot'>): MetadataFile {
  return versioned('snapshot', snapshot.signed.version, snapshot);
}

function versioned(role: string, version: number, document: Document): MetadataFile {
  return { name: `metadata/${version}.${role}.json`, document };
}
