/** What people and tools talk to: the web page, the API, git over HTTP and the daemon's health. */
import Koa, { type Context, type Middleware } from 'koa';
import type { Finding } from '../../core/error/error.ts';
import { findToken, hasScope } from '../../core/home/tokens.ts';
import { useApi } from '../api/api.ts';
import type { ApiRoute } from '../api/route.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { PageFiles } from '../page/page-files.ts';
import { pageRoute } from '../page/page-route.ts';
import { tokenOf } from './git-credentials.ts';
import { gitHttp } from './git-http.ts';
import { refuseExposedTokens } from './token-exposure.ts';
import { problem } from './problem.ts';
import { watchRoute, type WatchRouteOptions } from './watch-route.ts';

export interface ConsoleOptions extends WatchRouteOptions {
  readonly repositoryDir: string;
  /** HOME/tokens.json */
  readonly tokensFile: string;
  /** Of proxies that end TLS. */
  readonly proxies: readonly string[];
  readonly fetch: 'open' | 'token';
  readonly routes: readonly ApiRoute[];
  /** The web page. */
  readonly page: PageFiles;
  /** Where clients read. */
  readonly contentUrl: string;
  /** Told what the hook refused a push over HTTP for. */
  readonly refused: (findings: readonly Finding[]) => void;
  /** Called after a push over HTTP. */
  readonly nudge: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

export function consoleApp(options: ConsoleOptions): Koa {
  const { log, repositoryDir, nudge, refused } = options;
  const app = new Koa();
  app.on('error', (error: unknown) => {
    log.debug({ err: error }, 'an answer was cut');
  });
  app.use(problems(log));
  app.use(refuseExposedTokens(options.proxies));
  app.use(
    gitHttp({
      repositoryDir,
      nudge,
      refused,
      fetch: options.fetch,
      authorize: (ctx) => pusher(ctx, options),
      onError: (error) => {
        log.error({ err: error }, 'git over HTTP failed');
      },
    }),
  );
  useApi(app, options.routes, {
    ...options,
    onError: (error) => {
      log.error({ err: error }, 'a request to the API failed');
    },
  });
  app.use(watchRoute(options));
  app.use(pageRoute(options.page, options.contentUrl));
  return app;
}

/** What nobody answered is 404; what failed is 500 and nothing more. */
function problems(log: Log): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) problem(ctx, 404);
    } catch (error) {
      log.error({ err: error }, 'a request failed');
      problem(ctx, 500);
    }
  };
}

async function pusher(ctx: Context, { tokensFile, clock }: ConsoleOptions) {
  const token = tokenOf(ctx.get('Authorization') || undefined);
  if (token === undefined) return undefined;
  const record = await findToken(tokensFile, token, clock.now());
  if (record === undefined) return undefined;
  return hasScope(record, 'git:push') ? { name: record.name } : 'forbidden';
}
