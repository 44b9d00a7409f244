import type { BareRepository } from '../git/binary/bare-repository.ts';
import { parseDocument } from '../metadata/document.ts';
import { policyCeilings } from '../metadata/policy.ts';

/** The daemon's record of what it published, newest first: pushes cannot reach it. */
export const recordRef = 'refs/tuf/published';

/** What may be read of a snapshot in the record: no policy lets one grow beyond it. */
export const maxSnapshotBytes = policyCeilings.maxSnapshotBytes;

/** The files that the newest snapshot of the record lists; none before the first generation. */
export async function filesInSnapshot(repository: BareRepository): Promise<readonly string[]> {
  const tip = await repository.resolveRef(recordRef);
  const file = tip && (await repository.find(tip, 'snapshot.json'));
  if (file === undefined) return [];
  const bytes = await repository.blob(file.oid, maxSnapshotBytes, 'snapshot.json');
  return Object.keys(parseDocument('snapshot', bytes).signed.meta);
}
