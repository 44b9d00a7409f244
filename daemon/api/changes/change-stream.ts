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

/** Which event tells of a state: nothing comes after the last. */
const numbers: Readonly<Record<ChangeState, number>> = {
  queued: 1,
  verified: 2,
  published: 3,
  withdrawn: 3,
};
export const lastEventId = 3;
const passed: readonly ChangeState[] = ['queued', 'verified'];

/** @param seen the number of the last event that has arrived; 0: none */
export function changeEvents(watched: Watched, seen: number): EventSource {
  let told = seen;
  return {
    heard: (milliseconds) => watched.heard(milliseconds),
    signal: watched.signal,
    next: async () => {
      const status = await watched.find();
      if (status === undefined) return { events: [{ event: 'refused', data: {} }], isOver: true };
      const events: ServerEvent[] = [];
      while (told < numbers[status.state]) events.push(eventOf((told += 1), status));
      return { events, isOver: told === lastEventId };
    },
  };
}

function eventOf(id: number, status: ChangeStatus): ServerEvent {
  const state = passed[id - 1] ?? status.state;
  return { id, event: state, data: { ...changeAnswer(status), state } };
}
