/** Server-sent events, as they arrive. */
import type { JsonObject } from '../../core/metadata/json.ts';

export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: JsonObject;
}

export interface EventReader {
  readonly status: number;
  /** The next one; comments apart. @throws RangeError when the stream ends before */
  next(): Promise<ReceivedEvent>;
  close(): void;
}

export async function readEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(url, { headers, signal: gone.signal });
  const blocks = blocksOf(response.body ?? new ReadableStream());
  return {
    status: response.status,
    next: async () => {
      const { value } = await blocks.next();
      if (value === undefined) throw new RangeError('the stream has ended');
      return eventOf(value);
    },
    close: () => {
      gone.abort();
    },
  };
}

/** What stands between blank lines, and is no comment. */
async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.filter((block) => !block.startsWith(':'));
  }
  return undefined;
}

function eventOf(block: string): ReceivedEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  return {
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? '',
    data: JSON.parse(fields.get('data') ?? '{}') as JsonObject,
  };
}
