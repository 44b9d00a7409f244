import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import { commitName } from '../rules/ref-rules.ts';
import { finding, type RuleFinding } from '../rules/verdict.ts';

/** Where a bad tip of `main` is kept: for inspection, never to come back. */
export function rejectedRef(tip: ObjectId): string {
  return `refs/tuf/rejected/${tip}`;
}

/** Whether a commit was a bad tip once: what is built upon it goes back no further than that. */
export async function checkRejected(
  repository: BareRepository,
  commit: ObjectId,
): Promise<readonly RuleFinding[]> {
  const kept = await repository.refObject(rejectedRef(commit));
  if (kept === undefined) return [];
  const hint = 'git fetch, and make the change again on origin/main';
  return [
    finding('git.rejected', commitName(commit), 'it was taken back from main by a repair', hint),
  ];
}
