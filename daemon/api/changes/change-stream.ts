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

/** States that another one follows, in order. */
const passing: readonly ChangeState[] = ['queued', 'verified'];

/** The number of the event that tells how a change ended: nothing comes after it. */
export const lastEventId = passing.length + 1;

/** @param seen the number of the last event that has arrived; 0: none */
export function changeEvents(watched: Watched, seen: number): EventSource {
  let told = seen;
  return {
    heard: (milliseconds) => watched.heard(milliseconds),
    signal: watched.signal,
    next: async () => {
      const status = await watched.find();
      if (status === undefined) return { events: [{ event: 'refused', data: {} }], isOver: true };
      const reached = passing.indexOf(status.state) + 1 || lastEventId;
      const events: ServerEvent[] = [];
      while (told < reached) events.push(eventOf((told += 1), status));
      return { events, isOver: told === lastEventId };
    },
  };
}

function eventOf(id: number, status: ChangeStatus): ServerEvent {
  const state = passing[id - 1] ?? status.state;
  return { id, event: state, data: { ...changeAnswer(status), state } };
}
