/** How a commit tells which change it is: by the last paragraph of its message. */
import { visible } from '../../../core/error/error.ts';

export interface ChangeTrailers {
  readonly id: string;
  /** SHA-256 of the request's body, in hex. */
  readonly body: string;
}

export function messageWith(message: string, { id, body }: ChangeTrailers): string {
  const text = message
    .split(/\r\n|\n|\r/)
    .map(visible)
    .join('\n')
    .trim();
  return `${text || 'change'}\n\nChange-Id: ${id}\nChange-Body: ${body}\n`;
}

export function trailersOf(message: string): ChangeTrailers | undefined {
  const id = trailer(message, 'Change-Id');
  const body = trailer(message, 'Change-Body');
  return id === undefined || body === undefined ? undefined : { id, body };
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
