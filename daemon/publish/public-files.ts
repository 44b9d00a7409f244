/** The files of a generation under their public names. */
import { createHash } from 'node:crypto';
import type { Document } from '../../core/metadata/document.ts';
import { hashedTargetPath } from '../../core/metadata/names.ts';
import { readPolicy } from '../../core/metadata/policy.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import { pathsInForce } from '../../core/rules/entries.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { memoryFile, storedFile, type PublishedFile } from './manifest.ts';

/** Metadata under its versioned name: TUF 1.0.34 §6.2. */
export interface MetadataFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const timestampName = 'metadata/timestamp.json';

/** Delegated roles first, then targets, roots and snapshot: nothing is named before it is there. */
export function metadataFiles(
  repository: LoadedRepository,
  snapshot: Document<'snapshot'>,
): readonly MetadataFile[] {
  return [...offlineFiles(repository), versioned('snapshot', snapshot)];
}

/** The metadata that comes from people, in the same order. */
export function offlineFiles({ roles, roots }: LoadedRepository): readonly MetadataFile[] {
  return [
    ...[...roles.values()].reverse().map(({ name, document }) => versioned(name, document)),
    ...roots.map((root) => versioned('root', root)),
  ];
}

/** A target with the names that it has, one for each hash that is listed: the first holds the file. */
export interface PublicTarget {
  readonly path: string;
  readonly target: TargetFile;
  readonly names: readonly string[];
}

/** Entries that no client finds any more are left out: another role may have the path by now. */
export function publicTargets({ root, roles }: LoadedRepository): readonly PublicTarget[] {
  const policy = readPolicy(root.signed);
  return [...roles.values()].flatMap((role) =>
    pathsInForce(role, roles, policy).flatMap((path) => {
      const target = role.document.signed.targets[path];
      if (target === undefined) return [];
      const names = Object.values(target.hashes).map(
        (hash) => `targets/${hashedTargetPath(path, hash)}`,
      );
      return [{ path, target, names }];
    }),
  );
}

export function manifestEntry({ name, bytes }: MetadataFile): readonly [string, PublishedFile] {
  return [name, memoryFile('metadata', bytes, name.slice(name.indexOf('/') + 1))];
}

export function timestampEntry({ bytes }: Document<'timestamp'>): readonly [string, PublishedFile] {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return [timestampName, memoryFile('timestamp', bytes, digest)];
}

export function targetEntries(targets: readonly PublicTarget[]): [string, PublishedFile][] {
  return targets.flatMap(({ names, target }) =>
    names.flatMap((name): [string, PublishedFile][] => {
      const file = storedFile(name, target.length);
      return file === undefined ? [] : [[name, file]];
    }),
  );
}

function versioned(role: string, { bytes, signed }: Document): MetadataFile {
  return { name: `metadata/${signed.version}.${role}.json`, bytes };
}
