import { TufOnGitError } from '../core/error/error.ts';
import { parseDocument, type Document } from '../core/metadata/document.ts';
import type { RoleType } from '../core/metadata/model.ts';
import { topLevelRoles } from '../core/metadata/names.ts';
import { MetadataCache } from './cache.ts';

/** Role names to versions: the top-level roles, then those that the snapshot lists. */
export type RoleVersions = ReadonlyMap<string, number>;

/**
 * What a cache holds before an update, for people to compare. Nothing is verified here: a damaged
 * file counts as none. @throws `client.storage`
 */
export async function cachedVersions(metadataDir: string): Promise<RoleVersions> {
  const cache = new MetadataCache(metadataDir);
  const read = async <T extends RoleType>(role: T) => {
    const bytes = await cache.read(role);
    return bytes && parsed(role, bytes);
  };
  const [root, timestamp, snapshot, targets] = await Promise.all([
    read('root'),
    read('timestamp'),
    read('snapshot'),
    read('targets'),
  ]);
  return versionsOf({ root, timestamp, snapshot, targets });
}

/** The same of what an update has verified. */
export function versionsOf(set: {
  readonly [T in RoleType]: Document<T> | undefined;
}): RoleVersions {
  const documents = [set.root, set.timestamp, set.snapshot, set.targets];
  const own = documents.flatMap((document): [string, number][] =>
    document === undefined ? [] : [[document.type, document.signed.version]],
  );
  const listed = Object.entries(set.snapshot?.signed.meta ?? {}).map(
    ([file, { version }]): [string, number] => [file.replace(/\.json$/, ''), version],
  );
  // What a snapshot says of a top-level role is not yet what there is of it.
  const delegated = listed.filter(([role]) => !topLevelRoles.some((name) => name === role));
  return new Map([...own, ...delegated]);
}

/** A role whose version an update has changed; `null` where there was, or is, none. */
export interface VersionChange {
  readonly role: string;
  readonly before: number | null;
  readonly after: number | null;
}

export function changesBetween(
  before: RoleVersions,
  after: RoleVersions,
): readonly VersionChange[] {
  const roles = new Set([...after.keys(), ...before.keys()]);
  return [...roles]
    .map((role) => ({ role, before: before.get(role) ?? null, after: after.get(role) ?? null }))
    .filter((change) => change.before !== change.after);
}

function parsed<T extends RoleType>(role: T, bytes: Uint8Array): Document<T> | undefined {
  try {
    return parseDocument(role, bytes);
  } catch (error) {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  }
}
