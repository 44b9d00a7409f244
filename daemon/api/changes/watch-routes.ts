/** `GET /changes` and `GET /changes/{id}`: what became of changes. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { pageOf, pageParameters } from '../page.ts';
import { Refusal } from '../problems.ts';
import type { Admittance, ApiRequest, ApiRoute } from '../route.ts';
import { changeAnswer, changeSchema } from './change-answers.ts';
import { changeStream, lastEventId } from './change-stream.ts';
import type { Changes } from './changes.ts';

const mostStreams = 64;

/** @param scope what it takes to read */
export function watchRoutes(changes: Changes, scope: Admittance): readonly ApiRoute[] {
  const streams = { open: 0 };
  return [
    {
      method: 'get',
      path: '/changes',
      scope,
      operation: {
        id: 'listChanges',
        summary: 'Changes that came by the API, newest first',
        parameters: pageParameters,
        answers: {
          200: {
            description: 'A page of them',
            body: z.object({ changes: z.array(changeSchema), cursor: z.string().optional() }),
          },
        },
      },
      handle: async ({ ctx }) => {
        const all = await changes.list();
        const { items, cursor } = pageOf(all, ({ id }) => id, ctx.query);
        ctx.body = {
          changes: items.map((each) => changeAnswer(changes.statusOf(each))),
          ...cursor,
        };
      },
    },
    {
      method: 'get',
      path: '/changes/{id}',
      scope,
      operation: {
        id: 'getChange',
        summary: 'A change: queued, verified or published; as events until it is published',
        parameters: [
          { in: 'path', name: 'id', description: 'As it was answered', schema: z.string() },
          {
            in: 'header',
            name: 'Last-Event-ID',
            description: 'The last event that arrived; those after it follow',
            schema: z.string(),
          },
        ],
        answers: {
          200: { description: 'The change', body: changeSchema, alsoEvents: true },
          204: { description: 'No event comes any more' },
          404: { description: 'There is no such change', body: 'problem' },
        },
      },
      handle: (request) => getChange(request, changes, streams),
    },
  ];
}

async function getChange(
  { ctx, params: { id = '' } }: ApiRequest,
  changes: Changes,
  streams: { open: number },
): Promise<void> {
  const status = await changes.find(id);
  if (status === undefined) {
    throw new Refusal(404, [fault('change.not-found', 'id', 'there is no such change')]);
  }
  if (ctx.accepts('json', 'text/event-stream') !== 'text/event-stream') {
    ctx.body = changeAnswer(status);
    return;
  }
  const seen = Number(/^[0-9]$/.exec(ctx.get('Last-Event-ID'))?.[0] ?? 0);
  if (seen >= lastEventId) {
    ctx.status = 204;
    return;
  }
  if (streams.open >= mostStreams) throw tooMany();
  streams.open += 1;
  const gone = new AbortController();
  ctx.res.once('close', () => {
    streams.open -= 1;
    gone.abort();
  });
  ctx.set('Content-Type', 'text/event-stream');
  ctx.body = changeStream(changes.watch(id, gone.signal), seen);
}

function tooMany(): Refusal {
  const message = 'too many wait for events';
  const findings = [fault('request.too-many', 'the server', message, { hint: 'ask without them' })];
  return new Refusal(503, findings, { 'Retry-After': '10' });
}
