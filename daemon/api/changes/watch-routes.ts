/** `GET /changes` and `GET /changes/{id}`: what became of changes. */
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { EventStreams, lastEventOf } from '../event-stream.ts';
import { pageOf, pageParameters } from '../page.ts';
import { Refusal } from '../problems.ts';
import type { Admittance, ApiRequest, ApiRoute } from '../route.ts';
import { changeAnswer, changeSchema } from './change-answers.ts';
import { changeEvents, lastEventId } from './change-stream.ts';
import type { Changes } from './changes.ts';

const mostStreams = 64;

/** @param scope what it takes to read */
export function watchRoutes(changes: Changes, scope: Admittance): readonly ApiRoute[] {
  const streams = new EventStreams(mostStreams);
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
        summary:
          'A change: queued, verified, published or withdrawn; as events until one of the last two',
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
  streams: EventStreams,
): Promise<void> {
  const status = await changes.find(id);
  if (status === undefined) {
    throw new Refusal(404, [fault('change.not-found', 'id', 'there is no such change')]);
  }
  if (ctx.accepts('json', 'text/event-stream') !== 'text/event-stream') {
    ctx.body = changeAnswer(status);
    return;
  }
  const seen = lastEventOf(ctx) ?? 0;
  if (seen >= lastEventId) {
    ctx.status = 204;
    return;
  }
  streams.answer(ctx, (gone) => changeEvents(changes.watch(id, gone), seen));
}
