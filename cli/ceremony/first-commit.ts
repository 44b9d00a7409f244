import { verifyHistory } from '../../core/gate/history.ts';
import { openBareRepository } from '../../core/git/binary/bare-repository.ts';
import { tufOnGit } from '../../core/git/binary/person.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { refusedHistory } from '../audit/refused-history.ts';
import { metadataFiles, type FirstMetadata } from './first-metadata.ts';

/**
 * Commits the first metadata to `main`, once the gate has judged it as it would judge a push.
 * @throws the rule that it breaks
 */
export async function makeFirstCommit(
  repositoryDir: string,
  metadata: FirstMetadata,
  { now, onlineKey }: { now: Date; onlineKey: PublicKey },
): Promise<ObjectId> {
  const repository = openBareRepository(repositoryDir);
  try {
    const blobs = new Map<string, ObjectId>();
    for (const [file, bytes] of metadataFiles(metadata)) {
      blobs.set(file, await repository.writeBlob(bytes));
    }
    const tree = await repository.writeTree(undefined, blobs);
    const message = 'metadata: the first root and targets\n';
    const commit = await repository.writeCommit({
      ...{ tree, parents: [], message },
      ...{ author: tufOnGit, time: now },
    });
    const { bad } = await verifyHistory(repository, undefined, commit, {
      pinnedRoot: parseDocument('root', metadata.root),
      onlineKeys: [onlineKey],
      receivedAt: () => Promise.resolve(now),
    });
    if (bad !== undefined) throw refusedHistory(bad);
    await repository.updateRef({
      ref: 'refs/heads/main',
      from: undefined,
      to: commit,
      message: 'init',
      time: now,
    });
    return commit;
  } finally {
    await repository.close();
  }
}
