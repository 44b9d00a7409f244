/** The states of a change as events: each once. The stream ends with the last state. */
import type { EventSource, ServerEvent } from '../event-stream.ts';
import { changeAnswer } from './change-answers.ts';
import type { ChangeState, ChangeStatus } from './changes.ts';

export interface Watched {
  /** The change as it stands; undefined when it was refused. */
  find(): Promise<ChangeStatus | undefined>;
  /** Resolves when it may have changed, or after that time. */
  heard(milliseconds: number): Promise<void>;
  readonly signal: AbortSignal;
}

const states: readonly ChangeState[] = ['queued', 'verified', 'published'];

/** The number of the last state: nothing comes after it. */
export const lastEventId = states.length;

/** @param seen the number of the last event that has arrived; 0: none */
export function changeEvents(watched: Watched, seen: number): EventSource {
  let told = seen;
  return {
    heard: (milliseconds) => watched.heard(milliseconds),
    signal: watched.signal,
    next: async () => {
      const status = await watched.find();
      if (status === undefined) return { events: [{ event: 'refused', data: {} }], isOver: true };
      const reached = states.indexOf(status.state) + 1;
      const events: ServerEvent[] = [];
      for (; told < reached; told += 1) events.push(eventOf(told, status));
      return { events, isOver: told === lastEventId };
    },
  };
}

function eventOf(index: number, status: ChangeStatus): ServerEvent {
  const state = states[index] ?? status.state;
  return { id: index + 1, event: state, data: { ...changeAnswer(status), state } };
}
