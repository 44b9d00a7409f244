/** An event as it has to be before it can be signed: roles made again that must be, brought keys taken in. */
import { visible } from '../../core/error/error.ts';
import { roleStatuses } from '../../core/rules/events/event-roles.ts';
import type { SigningEvent } from './event.ts';
import { mayChange, repositoryOf } from './event-authority.ts';
import { filledSlots, slotLines, withSlotKey, type FilledSlot } from './filled-slots.ts';
import { overtakenRoles, type Overtaken, type Remake } from './overtaken-roles.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import type { Project } from '../workspace/project.ts';
import { eventWith, remadeRole, type EventFiles } from './remake-role.ts';

export interface RemadeEvent {
  /** Its tip is a commit that no branch has. */
  readonly event: SigningEvent;
  /** What it has otherwise than the event. */
  readonly files: EventFiles;
  readonly lines: readonly string[];
  readonly conflicts: Overtaken['conflicts'];
}

/** By whom an event is made ready. */
export interface RemakeOrder {
  readonly keys: readonly OwnKey[];
  /** Whether a key that was brought to an invitation is to be taken in, by its fingerprint. */
  readonly takesIn: (fingerprint: string) => boolean;
}

/** Only what these keys may change is made again. @throws `key.same-key` */
export async function remadeEvent(
  project: Project,
  event: SigningEvent,
  { keys, takesIn }: RemakeOrder,
): Promise<RemadeEvent> {
  const repository = await repositoryOf(event);
  const isOurs = (role: string) => mayChange(event, repository, role, keys);
  const { remakes, conflicts } = await overtakenRoles(event, isOurs);
  const again = new Map(remakes.map((remake) => [remake.role, remake]));
  const slots = filledSlots(event, repository).filter(
    ({ delegator }) => isOurs(delegator) && !conflicts.has(delegator),
  );
  for (const slot of slots.filter(({ key }) => takesIn(key.fingerprint))) {
    const { root, roles } = repository;
    const { delegator } = slot;
    const document = delegator === 'root' ? root : roles.get(delegator)?.document;
    const { content, lines } = again.get(delegator) ?? {
      content: document?.signedJson ?? {},
      lines: [],
    };
    const taken = { content: withSlotKey(content, slot), lines: [...lines, ...slotLines(slot)] };
    again.set(delegator, { role: delegator, ...taken });
  }
  const left = slots.filter(({ key }) => !takesIn(key.fingerprint));
  return made(project, event, [...again.values()], { left, conflicts });
}

interface NotMade {
  readonly left: readonly FilledSlot[];
  readonly conflicts: Overtaken['conflicts'];
}

async function made(
  project: Project,
  event: SigningEvent,
  remakes: readonly Remake[],
  { left, conflicts }: NotMade,
): Promise<RemadeEvent> {
  const files = new Map(
    remakes.flatMap(({ role, content }) => [...remadeRole(event, role, content, project.now)]),
  );
  const lines = [
    ...remakes.flatMap((remake) => [...remake.lines, ...lostLines(event, remake.role)]),
    ...left.flatMap(leftLines),
    ...[...conflicts].map(([role, names]) => conflictLine(role, names)),
  ];
  return {
    event: files.size === 0 ? event : await eventWith(project, event, files),
    files,
    lines: lines.map(visible),
    conflicts,
  };
}

/** Who has to sign once more. */
function lostLines({ roles }: SigningEvent, name: string): readonly string[] {
  const signed = roles
    .filter((role) => role.name === name && !role.isLeftBehind)
    .flatMap((role) => roleStatuses(role).flatMap((status) => status.signed));
  const people = [...new Set(signed)].join(', ');
  return people === '' ? [] : [`  what ${people} signed of it is to be signed again`];
}

function leftLines({ role, slot, key }: FilledSlot): readonly string[] {
  return [
    `invitation ${slot} to sign ${role} is not taken in: nobody has compared its fingerprint`,
    `  once you have: --take-in ${key.fingerprint}`,
  ];
}

export function conflictLine(role: string, names: readonly string[]): string {
  return `${role}: main and the event both change ${names.join(', ')}`;
}
