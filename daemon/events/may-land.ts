import { eventBranches, readMainTip, readStanding } from '../../core/gate/events/read-event.ts';
import { completeSince } from '../../core/gate/events/landing.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import { TufOnGitError } from '../../core/error/error.ts';
import { hasEverybody } from '../../core/rules/events/event-words.ts';
import { eventRefs, mainRef } from '../../core/rules/ref-rules.ts';
import { landsAt } from './landing-time.ts';

/**
 * Whether an event may land by that time with the signatures that it has; true for one that is not open
 * any more, for that may be why. What cannot be read beside `main` cannot land on it either.
 */
export async function mayLandBy(git: BareRepository, name: string, end: Date): Promise<boolean> {
  const refs = await git.listRefs(eventRefs, mainRef);
  const branch = eventBranches(refs).find((each) => each.name === name);
  const main = refs.find((each) => each.name === mainRef);
  if (branch === undefined || main === undefined) return true;
  try {
    const tip = await readMainTip(git, main.oid);
    const standing = await readStanding(git, branch, tip);
    const since = await completeSince(git, standing, tip);
    if (since === undefined) return false;
    const everybody = hasEverybody(standing.roles, standing.invitations);
    const at = landsAt(tip.policy.land, since, everybody);
    return at !== undefined && at <= end;
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    return false;
  }
}
