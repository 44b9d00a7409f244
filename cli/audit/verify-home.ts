import { openBlobStore, type BlobStore } from '../../core/blobs/blob-store.ts';
import { fault } from '../../core/error/error.ts';
import { receiptSlackMs, verifyHistory } from '../../core/gate/history.ts';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { openHome, readPinnedRoot } from '../../core/home/home.ts';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import type { Document } from '../../core/metadata/document.ts';
import { readPolicy, type Policy } from '../../core/metadata/policy.ts';
import { readState } from '../../core/gate/state.ts';
import { loadRepository } from '../../core/rules/repository.ts';
import {
  readPublication,
  requireOnMain,
  verifyPublished,
  type Publication,
  type VerifiedRole,
} from './published.ts';
import { refusedHistory } from './refused-history.ts';

/** What held, and by which policy. */
export interface Audit {
  readonly tip: ObjectId;
  /** Commits of `main`, all of them judged. */
  readonly commits: number;
  readonly policy: Policy;
  /** Undefined before the first generation. */
  readonly published:
    | {
        readonly commit: ObjectId;
        readonly generations: number;
        readonly roles: readonly VerifiedRole[];
      }
    | undefined;
}

const main = 'refs/heads/main';

/**
 * Verifies the whole of `main` from the pinned root on, and what was published of it, with nothing
 * but the files of HOME.
 * @throws the first rule that a commit breaks, or what a client would refuse
 */
export async function verifyHome(directory: string, now: Date): Promise<Audit> {
  const { paths } = await openHome(directory);
  const pinnedRoot = await readPinnedRoot(paths.pinnedRoot);
  const repository = openBareRepository(paths.repository);
  try {
    const tip = await repository.resolveRef(main);
    if (tip === undefined) throw fault('repository.missing', main, 'nothing was ever pushed');
    const publication = await readPublication(repository);
    await verifyMain(repository, tip, pinnedRoot, openBlobStore(paths.blobs), now, publication);
    const { root } = await loadRepository(await readState(repository, tip));
    return {
      tip,
      commits: (await repository.commitsBetween(undefined, tip)).length,
      policy: readPolicy(root.signed),
      published: publication && (await audited(repository, tip, publication, pinnedRoot, now)),
    };
  } finally {
    await repository.close();
  }
}

async function verifyMain(
  repository: BareRepository,
  tip: ObjectId,
  pinnedRoot: Document<'root'>,
  blobs: BlobStore,
  now: Date,
  publication: Publication | undefined,
): Promise<void> {
  TrustedSet.fromRoot(pinnedRoot.bytes, { referenceTime: now });
  const { bad } = await verifyHistory(repository, undefined, tip, {
    pinnedRoot,
    // Which keys the signer holds is this server's affair: a third party cannot know it.
    onlineKeys: undefined,
    receiptSlackMs,
    blobs,
    receivedAt: async (commit) =>
      publication?.receivedAt.get(commit) ?? (await repository.receipt(main, commit))?.time ?? now,
  });
  if (bad !== undefined) throw refusedHistory(bad);
}

async function audited(
  repository: BareRepository,
  tip: ObjectId,
  publication: Publication,
  pinnedRoot: Document<'root'>,
  now: Date,
) {
  await requireOnMain(repository, publication, tip);
  const roles = await verifyPublished(repository, publication, pinnedRoot, now);
  return { commit: publication.newest.commit, generations: publication.generations, roles };
}
