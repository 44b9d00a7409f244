/**
 * Server-sent events (HTML, §9.2), numbered, so that whoever comes back names the last one that arrived.
 * There are places for so many who listen; what is silent for long is told that it is still there.
 */
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { Context } from 'koa';
import { fault } from '../../core/error/error.ts';
import { Refusal } from './problems.ts';

export interface ServerEvent {
  /** The next one has a higher number. Absent: not to be resumed from. */
  readonly id?: number;
  readonly event: string;
  readonly data: unknown;
}

export interface EventSource {
  /** What there is to tell since the last call; `isOver` when nothing comes after it. */
  next(): Promise<{ readonly events: readonly ServerEvent[]; readonly isOver: boolean }>;
  /** Resolves when there may be something, or after that time. */
  heard(milliseconds: number): Promise<void>;
  readonly signal: AbortSignal;
}

/** What is silent for longer is cut, by this listener or by a proxy. */
const heartbeatMs = 15_000;

/** How many may listen at once. */
export class EventStreams {
  readonly #most: number;
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Answers with events until their end, or until the client is gone.
   * @param follow is given what is aborted when it is gone
   * @throws Refusal 503 when all places are taken
   */
  answer(ctx: Context, follow: (gone: AbortSignal) => EventSource): void {
    if (this.#open >= this.#most) throw tooMany();
    this.#open += 1;
    const gone = new AbortController();
    ctx.res.once('close', () => {
      this.#open -= 1;
      gone.abort();
    });
    ctx.set('Content-Type', 'text/event-stream');
    ctx.body = streamOf(follow(gone.signal));
  }
}

/** The number in `Last-Event-ID`; undefined when there is none. */
export function lastEventOf(ctx: Context): number | undefined {
  const [text] = /^\d{1,15}$/.exec(ctx.get('Last-Event-ID')) ?? [];
  return text === undefined ? undefined : Number(text);
}

function streamOf(source: EventSource): Readable {
  const stream = new PassThrough();
  void follow(source, stream).then(
    () => stream.end(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : undefined),
  );
  return stream;
}

async function follow(source: EventSource, stream: PassThrough): Promise<void> {
  while (!source.signal.aborted && !stream.destroyed) {
    // Before the look, so that nothing is missed between the two.
    const heard = source.heard(heartbeatMs);
    const { events, isOver } = await source.next();
    for (const event of events) {
      // Whoever reads slowly is waited for, or much would be kept for them.
      if (!stream.write(textOf(event))) await once(stream, 'drain', { signal: source.signal });
    }
    if (isOver) return;
    if (events.length === 0) stream.write(': still here\n\n');
    await heard;
  }
}

function textOf({ id, event, data }: ServerEvent): string {
  const number = id === undefined ? '' : `id: ${id}\n`;
  return `${number}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function tooMany(): Refusal {
  const message = 'too many wait for events';
  const findings = [fault('request.too-many', 'the server', message, { hint: 'ask without them' })];
  return new Refusal(503, findings, { 'Retry-After': '10' });
}
