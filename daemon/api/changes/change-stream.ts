/**
 * The states of a change as server-sent events (HTML, §9.2): each once, numbered, so that whoever comes
 * back names the last one that arrived. The stream ends with the last state.
 */
import { PassThrough, type Readable } from 'node:stream';
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

/** What is silent for longer is cut, by this listener or by a proxy. */
const heartbeatMs = 15_000;

/** The number of the last state: nothing comes after it. */
export const lastEventId = states.length;

/** @param seen the number of the last event that has arrived; 0: none */
export function changeStream(watched: Watched, seen: number): Readable {
  const stream = new PassThrough();
  void follow(watched, seen, stream).then(
    () => stream.end(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : undefined),
  );
  return stream;
}

async function follow(watched: Watched, seen: number, stream: PassThrough): Promise<void> {
  let told = seen;
  while (!watched.signal.aborted && !stream.destroyed) {
    // Before the look, so that nothing is missed between the two.
    const heard = watched.heard(heartbeatMs);
    const status = await watched.find();
    if (status === undefined) {
      stream.write('event: refused\ndata: {}\n\n');
      return;
    }
    const reached = states.indexOf(status.state) + 1;
    if (told >= reached) stream.write(': still here\n\n');
    for (; told < reached; told += 1) stream.write(eventOf(told, status));
    if (told === lastEventId) return;
    await heard;
  }
}

function eventOf(index: number, status: ChangeStatus): string {
  const state = states[index] ?? status.state;
  const data = JSON.stringify({ ...changeAnswer(status), state });
  return `id: ${index + 1}\nevent: ${state}\ndata: ${data}\n\n`;
}
