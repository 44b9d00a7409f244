/** The blob store as one token sees it: whatever else is there is not there for it. */
import type { BlobStore } from '../../../core/blobs/blob-store.ts';
import { isObject, type JsonObject } from '../../../core/metadata/json.ts';
import type { TargetBlobs } from '../../../core/rules/state.ts';
import type { KnownBlobs } from '../blobs/known-blobs.ts';

export interface BlobParts {
  readonly blobs: BlobStore;
  readonly known: KnownBlobs;
}

/** @param listed what the roles list already that the change builds on */
export function blobsOf(
  token: string,
  { blobs, known }: BlobParts,
  listed: ReadonlySet<string>,
): TargetBlobs {
  return {
    find: async (sha256) =>
      (await known.find(token, sha256)) ?? (listed.has(sha256) ? blobs.find(sha256) : undefined),
    stream: (sha256) => blobs.stream(sha256),
  };
}

export function hashesIn(signed: JsonObject | undefined): readonly string[] {
  const targets = signed?.['targets'];
  return Object.values(isObject(targets) ? targets : {}).flatMap((entry) => {
    const hashes = isObject(entry) ? entry['hashes'] : undefined;
    const sha256 = isObject(hashes) ? hashes['sha256'] : undefined;
    return typeof sha256 === 'string' ? [sha256] : [];
  });
}
