import type { BareRepository } from '../git/binary/bare-repository.ts';
import { parseDocument } from '../metadata/document.ts';

const recordRef = 'refs/tuf/published';
const maxSnapshotBytes = 64 * 2 ** 20;

/** The files that the newest snapshot of the record lists; none before the first generation. */
export async function filesInSnapshot(repository: BareRepository): Promise<readonly string[]> {
  const tip = await repository.resolveRef(recordRef);
  const file = tip && (await repository.find(tip, 'snapshot.json'));
  if (file === undefined) return [];
  const bytes = await repository.blob(file.oid, maxSnapshotBytes, 'snapshot.json');
  return Object.keys(parseDocument('snapshot', bytes).signed.meta);
}
