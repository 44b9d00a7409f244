/** What everybody does who adds to an open event: read it as it is, agree to that, send one commit. */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Workspace } from '../../core/git/workspace/workspace.ts';
import { readEvent, type SigningEvent } from './event.ts';
import type { PushOrder } from '../workspace/push.ts';
import { isStale, refused, send } from '../workspace/send.ts';

/** How often others may push to the event while we do before somebody has to look. */
const mostAttempts = 4;

/** The event as it was read, and the commit that adds to it; undefined: there is nothing to add. */
export interface Round {
  readonly event: SigningEvent;
  readonly commit: ObjectId | undefined;
}

/**
 * @param round reads the event afresh, and makes the commit
 * @returns the event as the server has it then
 * @throws the rule's code when the hook refused it, `repository.stale` when the event never stands still
 */
export async function sendToEvent(
  git: Workspace,
  order: PushOrder,
  round: () => Promise<Round>,
): Promise<SigningEvent> {
  for (let attempt = 1; ; attempt += 1) {
    const { event, commit } = await round();
    if (commit === undefined) return event;
    const { main, name } = event;
    const remoteRef = `sign/${name}`;
    const result = await send(git, { ref: commit, remoteRef, onMessage: order.onLine });
    if (result.accepted) return readEvent(git, main, name, commit);
    if (!isStale(result) || attempt === mostAttempts) throw refused(result, remoteRef);
    order.onProgress('somebody else pushed to the event: taking what it says now');
  }
}

/**
 * Asks again only where there is something else to agree to.
 * @param confirm shows lines and asks; throws for a no
 */
export function agreement(
  confirm: (lines: readonly string[]) => Promise<void>,
): (lines: readonly string[], exactly?: readonly string[]) => Promise<void> {
  let agreed: string | undefined;
  return async (lines, exactly = []) => {
    const asked = [...lines, ...exactly].join('\n');
    if (asked !== agreed) await confirm(lines);
    agreed = asked;
  };
}
