import type { BlobStore } from '../../../core/blobs/blob-store.ts';
import type { Uploads } from '../../../core/blobs/uploads.ts';
import type { Manifest } from '../../public/manifest.ts';

/** Of the blob store what one token may know of: what is public, and what it has sent itself. */
export interface KnownBlobs {
  /**
   * The length in bytes of a file that the token may refer to; undefined when there is none for it.
   * @param sha256 in lower-case hex
   */
  find(token: string, sha256: string): Promise<{ readonly length: number } | undefined>;
  /** As `find`, of what a published generation lists. */
  findPublic(sha256: string): Promise<{ readonly length: number } | undefined>;
}

export function knownBlobs(parts: {
  readonly blobs: BlobStore;
  readonly uploads: Uploads;
  readonly publisher: { readonly manifest: Manifest };
}): KnownBlobs {
  const { blobs, uploads, publisher } = parts;
  const isPublic = (sha256: string) => publisher.manifest.hasTarget(sha256);
  return {
    find: async (token, sha256) =>
      isPublic(sha256) || (await uploads.holds(token, sha256)) ? blobs.find(sha256) : undefined,
    findPublic: async (sha256) => (isPublic(sha256) ? blobs.find(sha256) : undefined),
  };
}
