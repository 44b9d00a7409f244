import type { RequestListener } from 'node:http';
import path from 'node:path';
import type { Changes } from './api/changes/changes.ts';
import { GenerationHistory } from './api/generations/generation-history.ts';
import { apiRoutes } from './api/routes.ts';
import type { Closers } from './closers.ts';
import { consoleApp } from './http/console-listener.ts';
import { contentListener } from './http/content-listener.ts';
import { listen, type Limits } from './http/listener.ts';
import { readPageFiles } from './page/page-files.ts';
import type { Parts } from './parts.ts';
import { readinessOf } from './readiness.ts';
import { listenForNudges } from './reconcile/nudge-pipe.ts';
import type { Reconciler } from './reconcile/reconciler.ts';
import { watchRefs } from './reconcile/watch-refs.ts';
import { watchSettings } from './reconcile/watch-settings.ts';
import type { ListenerName } from './watching/request-tally.ts';

const contentLimits: Limits = {
  maxConnections: 10_000,
  requestTimeoutMs: 15_000,
  idleTimeoutMs: 60_000,
};
/** A push may take long; git over HTTP cuts a connection on which nothing moves. */
const consoleLimits: Limits = {
  maxConnections: 500,
  requestTimeoutMs: 0,
  idleTimeoutMs: 60_000,
};
const graceMs = 5_000;

/** Base URLs of the two listeners, which are never one origin. */
export interface Urls {
  readonly content: string;
  readonly console: string;
}

/** @throws `home.port-in-use`, `home.configuration` */
export async function openListeners(
  parts: Parts,
  changes: Changes,
  nudge: () => void,
  pageFolder: string | undefined,
  closers: Closers,
): Promise<Urls> {
  const { paths, config } = parts.home;
  const { publisher, guard, clock, log, store, metrics } = parts;
  const reading = contentListener({
    manifest: publisher.manifest,
    store,
    isServing: () => publisher.generation !== undefined,
    missed: (name) => {
      if (guard.missed(name)) nudge();
    },
    log,
  });
  const tls = config.tls && {
    cert: path.resolve(paths.home, config.tls.cert),
    key: path.resolve(paths.home, config.tls.key),
  };
  const open = (answer: RequestListener, name: ListenerName, limits: Limits) =>
    listen(answer, config[name].listen, `${name}.listen`, limits, tls, (method, status) => {
      metrics.requestAnswered(name, method, status);
    });
  const content = await open(reading, 'content', contentLimits);
  closers.add(() => content.close(graceMs));
  const contentUrl = config.content.url ?? content.url;
  const generations = new GenerationHistory(parts);
  const talking = consoleApp({
    repositoryDir: paths.repository,
    tokensFile: paths.tokens,
    proxies: config.console.proxies,
    fetch: config.git.fetch,
    routes: apiRoutes(parts, changes, contentUrl, generations),
    page: pageFolder === undefined ? new Map() : await readPageFiles(pageFolder),
    contentUrl,
    readiness: () => readinessOf(parts, clock.now()),
    metrics,
    refused: (findings) => {
      metrics.pushRefused(findings);
    },
    nudge,
    clock,
    log,
  });
  const talk = talking.callback();
  const console = await open((...of) => void talk(...of), 'console', consoleLimits);
  closers.add(() => console.close(graceMs));
  closers.add(() => {
    generations.close();
  });
  return { content: content.url, console: console.url };
}

/** What makes the daemon look before its timer does; where one of them fails, the others do. */
export async function openTriggers(
  { home, log }: Parts,
  reconciler: Reconciler,
  closers: Closers,
): Promise<void> {
  const { repository, nudgePipe } = home.paths;
  const nudged = () => {
    reconciler.trigger('nudge');
  };
  try {
    closers.add(await listenForNudges(nudgePipe, repository, nudged));
  } catch (error) {
    log.warn({ err: error }, 'pushes cannot nudge; the watch and the timer still look');
  }
  const moved = () => {
    reconciler.trigger('refs');
  };
  const blind = (error: unknown) => {
    log.warn({ err: error }, 'a folder cannot be watched; the timer still looks');
  };
  closers.add(await watchRefs(repository, moved, blind));
  const changed = () => {
    reconciler.trigger('settings');
  };
  closers.add(await watchSettings(home.paths.signerSettings, changed, blind));
}
