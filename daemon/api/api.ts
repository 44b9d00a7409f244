/**
 * The upload API: a table of routes and what holds for all of them. A route that changes something
 * has a scope, so whoever has no token for it gets no further than here.
 */
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { fault } from '../../core/error/error.ts';
import { problem } from '../http/problem.ts';
import { authorise, type Admission } from './authorise.ts';
import { openApiDocument } from './openapi.ts';
import { answerFailure, Refusal } from './problems.ts';
import type { ApiRoute } from './route.ts';

const apiPrefix = '/api/v1';

export interface ApiOptions extends Admission {
  readonly onError: (error: unknown) => void;
}

/** Has `app` answer `/api/v1/…`. */
export function useApi(app: Koa, routes: readonly ApiRoute[], options: ApiOptions): void {
  const router = new Router({ prefix: apiPrefix });
  for (const route of [...routes, describe(routes)]) {
    router.register(routerPath(route.path), [route.method], (ctx) => answer(route, ctx, options));
  }
  app.use(answerFailures(options));
  app.use(router.routes());
  app.use(router.allowedMethods());
}

function answerFailures({ onError }: ApiOptions): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${apiPrefix}/`)) {
      await next();
      return;
    }
    ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    try {
      await next();
      if (ctx.status === 405 || ctx.status === 501) {
        problem(ctx, 405, fault('request.method', ctx.method, 'not a method of this resource'));
      }
    } catch (error) {
      if (answerFailure(ctx, error)) return;
      onError(error);
      problem(ctx, 500);
    }
  };
}

async function answer(route: ApiRoute, ctx: Context, options: ApiOptions): Promise<void> {
  const params = ctx['params'] as Record<string, string>;
  refuseUselessBody(ctx);
  const scope = typeof route.scope === 'function' ? route.scope(params) : route.scope;
  const token = await authorise(ctx, scope, options);
  await route.handle({ ctx, params, token });
}

function refuseUselessBody(ctx: Context): void {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return;
  const hasBody = Number(ctx.get('Content-Length') || 0) > 0 || ctx.get('Transfer-Encoding') !== '';
  if (hasBody) throw new Refusal(400, [fault('request.form', ctx.method, 'it takes no body')]);
}

function describe(routes: readonly ApiRoute[]): ApiRoute {
  const route: ApiRoute = {
    method: 'get',
    path: '/openapi.json',
    scope: 'open',
    operation: {
      id: 'describe',
      summary: 'This document',
      answers: {
        200: { description: 'OpenAPI 3.1', body: z.looseObject({ openapi: z.string() }) },
      },
    },
    handle: ({ ctx }) => {
      ctx.body = document;
      return Promise.resolve();
    },
  };
  const document = openApiDocument([...routes, route]);
  return route;
}

/** `/blobs/{sha256}` as the router writes it: `/blobs/:sha256`. */
function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
