/** `/healthz`, `/readyz` and `/metrics`: for whoever watches over the daemon. */
import type { Context, Middleware } from 'koa';
import type { Readiness } from '../readiness.ts';
import type { Metrics } from '../watching/metrics.ts';
import { problem } from './problem.ts';

export interface WatchRouteOptions {
  readonly readiness: () => Readiness;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
}

type Answer = (ctx: Context, options: WatchRouteOptions) => void | Promise<void>;

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  [
    '/healthz',
    (ctx) => {
      ctx.body = { alive: true };
    },
  ],
  [
    '/readyz',
    (ctx, { readiness }) => {
      const state = readiness();
      ctx.status = state.ready ? 200 : 503;
      ctx.body = state;
    },
  ],
  [
    '/metrics',
    async (ctx, { metrics }) => {
      ctx.set('Content-Type', metrics.contentType);
      ctx.body = await metrics.text();
    },
  ],
]);

export function watchRoute(options: WatchRouteOptions): Middleware {
  return async (ctx, next) => {
    const answer = answers.get(ctx.path);
    if (answer === undefined) {
      await next();
    } else if (ctx.method === 'GET' || ctx.method === 'HEAD') {
      ctx.set('Cache-Control', 'no-store');
      await answer(ctx, options);
    } else {
      ctx.set('Allow', 'GET, HEAD');
      problem(ctx, 405);
    }
  };
}
