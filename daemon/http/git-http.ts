/**
 * The repository over HTTP: git's smart protocol, answered by `git http-backend`.
 *
 * A push is decided by the hook and the rules; here is only decided who may knock. Once the body of a
 * push is complete, receive-pack is left to finish even if its client is gone: killing it would leave
 * a quarantine and locks behind. A fetch whose client is gone is ended.
 */
import type { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import type { Finding } from '../../core/error/error.ts';
import { gitRepository } from '../../core/git/binary/bare-repository.ts';
import type { GitRepository } from '../../core/git/binary/git-command.ts';
import { readHead, startBackend, type Backend, type BackendHead } from './git-backend.ts';
import { places, type Places } from './places.ts';
import { busy, forbidden, refuse, troubled, unauthorised, type Refusal } from './git-refusal.ts';
import { gitRoute, type GitRoute } from './git-route.ts';
import { readRefusals } from './refused-push.ts';

export interface GitUser {
  /** The token's name: it goes into the log of refs. */
  readonly name: string;
}

export interface GitHttpOptions {
  readonly repositoryDir: string;
  /** Who asks, by the request's token: undefined is answered 401, `forbidden` 403. */
  authorize(ctx: Context, service: 'fetch' | 'push'): Promise<GitUser | 'forbidden' | undefined>;
  /** `token`: fetching needs one too. Default `open`. */
  readonly fetch?: 'open' | 'token';
  /** Called when a receive-pack has ended, whatever became of the push. */
  readonly nudge?: () => void;
  /** How many fetches, and how many pushes, may run at once; more wait. Default 8. */
  readonly maxConcurrent?: number;
  /** What has waited for so long is answered 503. Default 30,000 ms. */
  readonly maxWaitMs?: number;
  /** A connection on which nothing moves for so long is cut. Default 60,000 ms. */
  readonly idleTimeoutMs?: number;
  /** Told what the hook refused a push for. */
  readonly refused?: (findings: readonly Finding[]) => void;
  /** Told of git's failures, which a client only learns as 500. */
  readonly onError?: (error: unknown) => void;
}

const PREFIX = '/repository.git';

/**
 * Middleware for `/repository.git/…`; other paths are passed on. No body parser and no compression
 * may stand before it. Refusals are one line of `text/plain`, which git shows to its user.
 * @throws `repository.missing` when there is no repository
 */
export function gitHttp(options: GitHttpOptions): Middleware {
  const repository = gitRepository(options.repositoryDir);
  const { maxConcurrent: most = 8, maxWaitMs = 30_000 } = options;
  const limits = { most, maxWaiting: most * 8, maxWaitMs };
  const room = { fetch: places(limits), push: places(limits) };
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${PREFIX}/`)) {
      await next();
      return;
    }
    const refusal = await handle(ctx, { repository, options, room });
    if (refusal !== undefined) refuse(ctx, refusal);
  };
}

interface Server {
  readonly repository: GitRepository;
  readonly options: GitHttpOptions;
  readonly room: Readonly<Record<'fetch' | 'push', Places>>;
}

async function handle(ctx: Context, server: Server): Promise<Refusal | undefined> {
  const route = gitRoute(asked(ctx));
  if ('status' in route) return route;
  const user = await admit(ctx, route, server.options);
  if ('status' in user) return user;
  const leave = await server.room[route.service].enter();
  if (leave === undefined) return busy;
  try {
    return await serve(ctx, route, user.name, server);
  } finally {
    leave();
  }
}

async function serve(
  ctx: Context,
  route: GitRoute,
  user: string | undefined,
  { repository, options }: Pick<Server, 'repository' | 'options'>,
): Promise<Refusal | undefined> {
  if (ctx.res.destroyed) return undefined;
  ctx.req.socket.setTimeout(options.idleTimeoutMs ?? 60_000);
  const backend = started(ctx, route, user, { repository, options });
  if (backend === undefined) return troubled;
  const client = watchClient(ctx, route, backend);
  const finished = backend.finished.catch((error: unknown) => {
    if (!client.isGone()) options.onError?.(error);
  });
  const isPush = route.pathInfo === '/git-receive-pack';
  feed(ctx, backend);
  const refusal = await answer(ctx, backend, client, (body) => {
    if (isPush && options.refused !== undefined) readRefusals(body, options.refused);
  });
  await finished;
  if (isPush) options.nudge?.();
  return refusal;
}

function started(
  ctx: Context,
  route: GitRoute,
  user: string | undefined,
  { repository, options }: Pick<Server, 'repository' | 'options'>,
): Backend | undefined {
  try {
    return startBackend(repository, {
      route,
      user,
      contentEncoding: ctx.get('Content-Encoding') || undefined,
      protocol: ctx.get('Git-Protocol') || undefined,
    });
  } catch (error) {
    options.onError?.(error);
    return undefined;
  }
}

/** Passes the request's body on. A body that is cut short ends there: git sees that by itself. */
function feed(ctx: Context, { child }: Backend): void {
  ctx.req.pipe(child.stdin);
  ctx.req.once('close', () => child.stdin.end());
  child.stdin.once('close', () => {
    // Git has read enough: what still comes is read away, so that the client gets to our answer.
    ctx.req.unpipe(child.stdin);
    ctx.req.resume();
  });
}

async function answer(
  ctx: Context,
  { child }: Backend,
  client: Client,
  readAlong: (body: Readable) => void,
): Promise<Refusal | undefined> {
  let head: BackendHead;
  try {
    head = await readHead(child.stdout);
  } catch {
    // What git said of it is reported when the process has ended.
    child.stdout.resume();
    return troubled;
  }
  ctx.status = head.status;
  for (const name of ['content-type', 'cache-control', 'expires', 'pragma']) {
    const value = head.headers.get(name);
    if (value !== undefined) ctx.set(name, value);
  }
  ctx.respond = false;
  readAlong(child.stdout);
  if (client.isGone()) child.stdout.resume();
  else child.stdout.pipe(ctx.res);
  return undefined;
}

interface Client {
  isGone(): boolean;
}

function watchClient(ctx: Context, { service }: GitRoute, { child }: Backend): Client {
  ctx.res.once('close', () => {
    if (ctx.res.writableFinished) return;
    if (service === 'fetch') child.kill();
    child.stdout.unpipe(ctx.res).resume();
  });
  return { isGone: () => ctx.res.closed && !ctx.res.writableFinished };
}

async function admit(
  ctx: Context,
  { service }: GitRoute,
  options: GitHttpOptions,
): Promise<{ name: string | undefined } | Refusal> {
  if (service === 'fetch' && options.fetch !== 'token') return { name: undefined };
  const user = await options.authorize(ctx, service);
  if (user === 'forbidden') return forbidden(service);
  return user ?? unauthorised;
}

function asked(ctx: Context): Parameters<typeof gitRoute>[0] {
  return {
    method: ctx.method,
    path: ctx.path.slice(PREFIX.length),
    query: ctx.querystring,
    contentType: ctx.get('Content-Type') || undefined,
    contentEncoding: ctx.get('Content-Encoding') || undefined,
  };
}
