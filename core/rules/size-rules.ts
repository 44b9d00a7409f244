/** How large the snapshot gets that follows: the roles that are there, and those that were. */
import type { Affected } from './affected/affected.ts';
import {
  isFile,
  roleOf,
  type RepositoryState,
  type StateChange,
  type TransitionContext,
} from './state.ts';
import { finding, type Verdict } from './verdict.ts';

/** An entry as the daemon writes it once the snapshot is large, without the name: a version of 10 digits. */
const entryBytes = '"":{"version":2147483647},'.length;
/** What signatures and the other fields may come to. */
const otherBytes = 5_000;
/** From this part of the limit on it is a notice. */
const nearly = 0.8;

/** Asked when a role is added, or the limit may be another: nothing else brings a snapshot beyond it. */
export async function checkSnapshotSize(
  { isWhole, policy }: Affected,
  changes: readonly StateChange[],
  after: RepositoryState,
  context: TransitionContext,
): Promise<Verdict> {
  const none = { refusals: [], notices: [] };
  if (!isWhole && !changes.some((change) => addsRole(change))) return none;
  const { maxSnapshotBytes } = policy;
  const names = new Set(await context.publishedFiles?.());
  for (const entry of await after.list('metadata')) {
    const role = isFile(entry) ? roleOf(entry.path ?? '') : undefined;
    if (role !== undefined) names.add(`${role}.json`);
  }
  const bytes = [...names].reduce(
    (sum, name) => sum + Buffer.byteLength(name) + entryBytes,
    otherBytes,
  );
  if (bytes < nearly * maxSnapshotBytes) return none;
  const message = `the next snapshot has ${bytes} bytes of ${maxSnapshotBytes}`;
  const hint = 'delegate to fewer roles, or raise maxSnapshotBytes in the policy of root';
  const found = [finding('size.snapshot', 'metadata', message, hint)];
  return bytes > maxSnapshotBytes ? { ...none, refusals: found } : { ...none, notices: found };
}

function addsRole({ path = '', before, after }: StateChange): boolean {
  return before === undefined && after !== undefined && roleOf(path) !== undefined;
}
