/** Which refs a push may move, and how. */
import { finding, type RuleFinding } from './verdict.ts';

/** One line of pre-receive's standard input: object ids, all zeros for "none" (githooks(5)). */
export interface RefChange {
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

export const mainRef = 'refs/heads/main';

export function* checkRefs(changes: readonly RefChange[]): Iterable<RuleFinding> {
  if (changes.length > 1) {
    yield finding('git.several-refs', 'the push', 'it moves more than one ref', 'push them apart');
  }
  for (const { ref, to } of changes) {
    if (ref !== mainRef) {
      yield finding('git.ref', ref, 'only refs/heads/main is open to pushes', 'push main');
    } else if (/^0+$/.test(to)) {
      yield finding('git.delete', ref, 'main is never deleted');
    }
  }
}

/** Of the commits that a push adds to `main`, oldest first. */
export function* checkLine(
  from: string | undefined,
  commits: readonly { readonly oid: string; readonly parents: readonly string[] }[],
): Iterable<RuleFinding> {
  const merge = commits.find(({ parents }) => parents.length > 1);
  if (merge !== undefined) {
    // Before the commits that it brings in: they follow another tip, which is the merge's fault.
    const where = `commit ${merge.oid.slice(0, 10)}`;
    yield finding('git.merge', where, 'history is linear: no merges', 'rebase onto main');
    return;
  }
  let tip = from;
  for (const { oid, parents } of commits) {
    const where = `commit ${oid.slice(0, 10)}`;
    if (parents[0] !== tip) {
      const hint = 'git fetch, then rebase onto origin/main';
      yield tip === undefined || parents.length === 0
        ? finding('git.unrelated-history', where, 'main has one first commit and no other', hint)
        : finding('git.force-push', where, 'it does not follow the tip of main', hint);
      return;
    }
    tip = oid;
  }
}
