/** `GET /generations` and `/generations/stream`: what was published, and what is, as it appears. */
import { z } from 'zod';
import { EventStreams, lastEventOf } from '../event-stream.ts';
import { numberOf, pageByName, pageParameters } from '../page.ts';
import type { Admittance, ApiRoute, Operation } from '../route.ts';
import { generationSchema } from './generation-answers.ts';
import type { GenerationHistory } from './generation-history.ts';

const mostStreams = 64;

/** @param scope what it takes to read */
export function generationRoutes(
  history: GenerationHistory,
  scope: Admittance,
): readonly ApiRoute[] {
  const streams = new EventStreams(mostStreams);
  return [
    {
      method: 'get',
      path: '/generations',
      scope,
      operation: listGenerations,
      handle: async ({ ctx }) => {
        const newestFirst = await history.list(numberOf(ctx.query, 'cursor'));
        const { items, cursor } = pageByName(
          () => newestFirst,
          ({ timestamp }) => String(timestamp),
          ctx.query,
        );
        ctx.body = {
          generations: await Promise.all(items.map((each) => history.tell(each))),
          ...cursor,
        };
      },
    },
    {
      method: 'get',
      path: '/generations/stream',
      scope,
      operation: watchGenerations,
      handle: ({ ctx }) => {
        const seen = lastEventOf(ctx) ?? numberOf(ctx.query, 'after');
        streams.answer(ctx, (gone) => history.follow(seen, gone));
        return Promise.resolve();
      },
    },
  ];
}

const listGenerations: Operation = {
  id: 'listGenerations',
  summary: 'Generations, newest first: who pushed what, and when clients could see it',
  parameters: pageParameters,
  answers: {
    200: {
      description: 'A page; none before the first',
      body: z.object({ generations: z.array(generationSchema), cursor: z.string().optional() }),
    },
  },
};

const watchGenerations: Operation = {
  id: 'watchGenerations',
  summary: 'Generations as they appear: server-sent events by the name `generation`',
  description:
    'The data of each is what the list says of it, its id the version of its timestamp. Without ' +
    '`Last-Event-ID` and `after` it begins with the generation that is served; with one of them, ' +
    'with what came after that, the last 100 at most.',
  parameters: [
    {
      in: 'header',
      name: 'Last-Event-ID',
      description: 'The last event that arrived; it counts before `after`',
      schema: z.string(),
    },
    {
      in: 'query',
      name: 'after',
      description: 'The timestamp of the last generation that is known',
      schema: z.int().min(0),
    },
  ],
  answers: { 200: { description: 'The events', body: 'events' } },
};
