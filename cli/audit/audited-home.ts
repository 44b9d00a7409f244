import { openBlobStore, type BlobStore } from '../../core/blobs/blob-store.ts';
import { fault } from '../../core/error/error.ts';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { openHome, readPinnedRoot } from '../../core/home/home.ts';
import type { Document } from '../../core/metadata/document.ts';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';

/** What an audit reads, and what it goes by. */
export interface AuditedHome {
  readonly git: BareRepository;
  readonly blobs: BlobStore;
  /** HOME/state */
  readonly stateDir: string;
  readonly pinnedRoot: Document<'root'>;
  /** Where `main` is. */
  readonly tip: ObjectId;
  readonly now: Date;
}

/**
 * @throws `home.*`; `repository.missing` when nothing was ever pushed; what is wrong with the pinned
 *   root by itself
 */
export async function withAuditedHome<T>(
  directory: string,
  now: Date,
  work: (home: AuditedHome) => Promise<T>,
): Promise<T> {
  const { paths } = await openHome(directory);
  const pinnedRoot = await readPinnedRoot(paths.pinnedRoot);
  TrustedSet.fromRoot(pinnedRoot.bytes, { referenceTime: now });
  const git = openBareRepository(paths.repository);
  try {
    const tip = await git.resolveRef(mainRef);
    if (tip === undefined) throw fault('repository.missing', mainRef, 'nothing was ever pushed');
    const blobs = openBlobStore(paths.blobs);
    return await work({ git, blobs, stateDir: paths.state, pinnedRoot, tip, now });
  } finally {
    await git.close();
  }
}
