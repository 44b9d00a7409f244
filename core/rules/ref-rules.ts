/** Which refs a push may move, and how. */
import { finding, type RuleFinding } from './verdict.ts';

/** One line of pre-receive's standard input: object ids, all zeros for "none" (githooks(5)). */
export interface RefChange {
  readonly ref: string;
  readonly from: string;
  readonly to: string;
}

export const mainRef = 'refs/heads/main';

/** Signing events, one branch each: `refs/heads/sign/NAME`. */
export const eventRefs = 'refs/heads/sign/';

/** Where the history of an event stays when it has landed or was withdrawn. */
export const pastEventRefs = 'refs/tuf/events/';

/** The event that a ref is the branch of; undefined for all other refs. */
export function eventOf(ref: string): string | undefined {
  const name = ref.startsWith(eventRefs) ? ref.slice(eventRefs.length) : '';
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
  return isName && !name.includes('..') && !/\.(lock)?$/.test(name) ? name : undefined;
}

export function* checkRefs(changes: readonly RefChange[]): Iterable<RuleFinding> {
  if (changes.length > 1) {
    yield finding('git.several-refs', 'the push', 'it moves more than one ref', 'push them apart');
  }
  for (const { ref, to } of changes) {
    const isEvent = eventOf(ref) !== undefined;
    if (ref !== mainRef && !isEvent) {
      const hint = 'push main, or an event under a name of letters, digits and ._-';
      yield finding('git.ref', ref, 'only main and sign/NAME are open to pushes', hint);
    } else if (/^0+$/.test(to)) {
      yield isEvent
        ? finding('git.delete', ref, 'an event ends by landing or withdrawal', askOperator)
        : finding('git.delete', ref, 'main is never deleted');
    }
  }
}

const askOperator = 'ask the operator for tuf-on-git event withdraw';

/**
 * Over a local path, receive-pack has the pusher's environment, and git dates the log of the ref by it:
 * the log that tells when a commit of `main` came in, and by which events age and land.
 * @param date `GIT_COMMITTER_DATE` there
 */
export function* checkLogDate(date: string | undefined): Iterable<RuleFinding> {
  if (date === undefined || date === '') return;
  const message = 'the environment sets a time of receipt of its own';
  yield finding('git.log-date', 'GIT_COMMITTER_DATE', message, 'unset it, and push again');
}

/** Of the commits that a push adds to `main`, oldest first. */
export function* checkLine(
  from: string | undefined,
  commits: readonly { readonly oid: string; readonly parents: readonly string[] }[],
): Iterable<RuleFinding> {
  const merge = commits.find(({ parents }) => parents.length > 1);
  if (merge !== undefined) {
    // Before the commits that it brings in: they follow another tip, which is the merge's fault.
    yield finding(
      'git.merge',
      commitName(merge.oid),
      'history is linear: no merges',
      'rebase onto main',
    );
    return;
  }
  let tip = from;
  for (const { oid, parents } of commits) {
    const where = commitName(oid);
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

/**
 * Of the commits of an event, oldest first: all that `main` does not have.
 * @param tip where the event was before the push; undefined when the push starts it
 */
export function* checkEventLine(
  ref: string,
  tip: string | undefined,
  commits: readonly { readonly oid: string; readonly parents: readonly string[] }[],
): Iterable<RuleFinding> {
  const merge = commits.find(({ parents }) => parents.length > 1);
  if (merge !== undefined) {
    const hint = 'commit onto the tip of the event; landing puts it onto main';
    yield finding(
      'git.merge',
      commitName(merge.oid),
      'the history of an event has no merges',
      hint,
    );
    return;
  }
  const orphan = commits.find(({ parents }) => parents.length === 0);
  if (orphan !== undefined) {
    const message = 'an event begins at a commit of main';
    yield finding('git.unrelated-history', commitName(orphan.oid), message);
    return;
  }
  if (tip === undefined || commits.some(({ oid }) => oid === tip)) return;
  const hint = 'git fetch, then commit onto its tip';
  yield finding('git.force-push', ref, 'it does not follow the tip of the event', hint);
}

/** How findings call a commit. */
export function commitName(oid: string): string {
  return `commit ${oid.slice(0, 10)}`;
}
