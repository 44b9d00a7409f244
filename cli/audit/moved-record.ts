import { recordRef } from '../../core/gate/published.ts';
import type { AuditedHome } from './audited-home.ts';

/**
 * Nothing signs who sent a commit, so that a record which was rewritten may hold in itself; but the
 * daemon notes outside of git where it has left it.
 * @throws `publish.record` when the record is elsewhere
 */
export async function refuseMovedRecord({ git, stateDir }: AuditedHome): Promise<void> {
  const { isExpected, readMark, unexpected } = await import('../../daemon/record/record-mark.ts');
  for (;;) {
    const mark = await readMark(stateDir);
    const tip = await git.resolveRef(recordRef);
    if (mark === undefined || isExpected(mark, tip)) return;
    // A daemon at work moves both: what was read between two equal marks belongs to them.
    const later = await readMark(stateDir);
    if (JSON.stringify(later) === JSON.stringify(mark)) throw unexpected(mark, tip);
  }
}
