import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { EventStreams, type EventSource } from '../../../daemon/api/event-stream.ts';

describe('a stream of events', () => {
  it('says while there is nothing to tell that it is still there', async () => {
    let asked = 0;
    const text = await streamed((signal) => ({
      signal,
      heard: () => Promise.resolve(),
      next: () => {
        asked += 1;
        return Promise.resolve({ events: [], isOver: asked === 2 });
      },
    }));
    assert.equal(text, ': still here\n\n');
  });

  it('numbers what can be resumed from, and keeps what is told on one line', async () => {
    const text = await streamed((signal) => ({
      signal,
      heard: () => Promise.resolve(),
      next: () =>
        Promise.resolve({
          events: [
            { id: 7, event: 'one', data: 'a\nb' },
            { event: 'other', data: {} },
          ],
          isOver: true,
        }),
    }));
    assert.equal(text, 'id: 7\nevent: one\ndata: "a\\nb"\n\nevent: other\ndata: {}\n\n');
  });
});

async function streamed(follow: (signal: AbortSignal) => EventSource): Promise<string> {
  const streams = new EventStreams(1);
  const app = new Koa();
  app.use((ctx) => {
    streams.answer(ctx, follow);
  });
  const answer = app.callback();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await (await fetch(`http://127.0.0.1:${port}`)).text();
  } finally {
    server.close();
  }
}
