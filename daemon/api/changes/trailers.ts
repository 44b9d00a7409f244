/** How a commit tells which change it is: by the last paragraph of its message. */
import { visible } from '../../../core/error/error.ts';
import type { ChangeSeal, ChangeTrailers } from './change-seal.ts';

/** @param by the token, which is the commit's author */
export function messageWith(
  message: string,
  by: string,
  change: ChangeTrailers,
  seal: ChangeSeal,
): string {
  const text = message
    .split(/\r\n|\n|\r/)
    .map(visible)
    .join('\n')
    .trim();
  const trailers = [
    `Change-Id: ${change.id}`,
    `Change-Body: ${change.body}`,
    `Change-Seal: ${seal.of(by, change)}`,
  ];
  return `${text || 'change'}\n\n${trailers.join('\n')}\n`;
}

/** Undefined for a commit that is no change, or only says so. */
export function trailersOf(
  message: string,
  by: string,
  seal: ChangeSeal,
): ChangeTrailers | undefined {
  const id = trailer(message, 'Change-Id');
  const body = trailer(message, 'Change-Body');
  if (id === undefined || body === undefined) return undefined;
  const isOurs = seal.holds(trailer(message, 'Change-Seal') ?? '', by, { id, body });
  return isOurs ? { id, body } : undefined;
}

/** The event that a commit of `main` has landed. */
export function landedEvent(message: string): string | undefined {
  return trailer(message, 'Event');
}

function trailer(message: string, name: string): string | undefined {
  const last = message.trimEnd().split('\n\n').at(-1) ?? '';
  const line = last.split('\n').findLast((each) => each.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}
