/** An open event in lines: for `status`, and for `event list`. */
import { line, visible } from '../../core/error/error.ts';
import type { EventRoleStatus, EventStatus } from './event-status.ts';

type Step = Pick<EventRoleStatus, 'versionOnMain'> & { readonly version: number };

export function steps({ versionOnMain, version }: Step): string {
  return versionOnMain === 0 ? `new, version ${version}` : `version ${versionOnMain} → ${version}`;
}

/** The first names the event, the others are indented. */
export function openEventLines(status: EventStatus): readonly string[] {
  const { event, roles, changes, lines, todo, problem } = status;
  if (problem !== undefined) return [`${event}: it cannot land: ${line(problem)}`];
  const head = `${event}: ${visible([...new Set(roles.map(change))].join('; '))}`;
  const next = todo === undefined ? [] : [`next: ${todo}`];
  return [head, ...[...changes, ...lines, ...next].map((text) => `  ${visible(text)}`)];
}

function change({ role, versionOnMain, version }: EventRoleStatus): string {
  return version === undefined ? `${role} goes` : `${role} ${steps({ versionOnMain, version })}`;
}
