import { fault, visible } from '../../core/error/error.ts';
import { isComplete, roleStatuses } from '../../core/rules/events/event-roles.ts';
import { eventLines, landingLine } from '../../core/rules/events/event-words.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import type { Output } from '../terminal/output.ts';
import type { SigningEvent } from './event.ts';

/**
 * Says where an event stands now that the server has our part of it.
 * @throws `workspace.waiting` while it cannot land
 */
export function reportEvent(out: Output, event: SigningEvent, asJson: boolean): void {
  const { name, tip, roles, main } = event;
  const statuses = roles.flatMap((role) => roleStatuses(role));
  const landing = landingLine(roles, [], main.policy.land);
  if (asJson) out.json({ event: name, tip, isComplete: isComplete(roles), roles: statuses });
  else for (const text of eventLines(roles, [])) out.result(visible(text));
  if (isComplete(roles)) {
    out.say(landing);
    return;
  }
  const waiting = statuses.find((status) => !status.isComplete);
  const why = waiting === undefined ? landing : `${waiting.role}: ${signatureWords(waiting)}`;
  throw fault('workspace.waiting', `event ${name}`, why, {
    hint: `they sign with: tuf-on-git sign ${name}`,
  });
}
