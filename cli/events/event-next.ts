/** What there is to do in an open event for whoever has these keys. */
import { roleStatuses } from '../../core/rules/events/event-roles.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Draft } from '../workspace/drafts.ts';
import type { SigningEvent } from './event.ts';
import { mayChange, repositoryOf } from './event-authority.ts';
import { filledSlots } from './filled-slots.ts';
import { findAcceptance, openSlots } from './open-slots.ts';
import { overtakenRoles } from './overtaken-roles.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import { missingSignatures } from '../workspace/sign-plan.ts';

export interface NextStep {
  /**
   * To accept an invitation, to sign, to make a role again (which signing does), to take in a key that
   * was brought (so too), to draft a role anew, or to wait for others.
   */
  readonly next: 'accept' | 'sign' | 'make-again' | 'take-in' | 'draft-again' | 'wait';
  /** A command to copy, but where a role is to be drafted; absent: nothing is to be done. */
  readonly todo?: string;
}

export async function nextStep(
  event: SigningEvent,
  drafts: readonly Draft[],
  keys: readonly OwnKey[],
): Promise<NextStep> {
  const wait: NextStep = { next: 'wait' };
  if (event.held.withdrawal !== undefined) return wait;
  const repository = await repositoryOf(event);
  const sign = `tuf-on-git sign ${event.name}`;
  const accept = acceptStep(event, repository, keys);
  if (accept !== undefined) return accept;
  const isOurs = (role: string) => mayChange(event, repository, role, keys);
  const { remakes, conflicts } = await overtakenRoles(event, isOurs);
  if (remakes.length > 0) return { next: 'make-again', todo: sign };
  if (filledSlots(event, repository).some(({ delegator }) => isOurs(delegator))) {
    return { next: 'take-in', todo: sign };
  }
  if (isWanted(event, drafts, keys)) return { next: 'sign', todo: sign };
  const [role] = conflicts.keys();
  if (role === undefined) return wait;
  const push = `tuf-on-git push ${event.name} --replace`;
  return { next: 'draft-again', todo: `draft ${role} anew on what main has, and: ${push}` };
}

/** Nobody knows who somebody without any key is. */
function acceptStep(
  event: SigningEvent,
  repository: LoadedRepository,
  keys: readonly OwnKey[],
): NextStep | undefined {
  const slots = openSlots(event);
  const accept = `tuf-on-git accept ${event.name}`;
  if (findAcceptance(slots, repository, keys) !== undefined) {
    return { next: 'accept', todo: accept };
  }
  const [slot] = slots;
  if (slot === undefined || keys.length > 0) return undefined;
  return { next: 'accept', todo: `${accept} --key URI` };
}

/** Once a threshold is met, more signatures are of use only where landing waits for everybody. */
function isWanted(
  { roles, main }: SigningEvent,
  drafts: readonly Draft[],
  keys: readonly OwnKey[],
): boolean {
  const missing = missingSignatures(drafts, keys);
  if (main.policy.land !== 'threshold') return missing.length > 0;
  const open = roles.filter((role) => roleStatuses(role).some(({ isComplete }) => !isComplete));
  return missing.some(({ draft }) => open.some(({ file }) => file === draft.file));
}
