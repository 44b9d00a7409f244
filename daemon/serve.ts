/** The daemon, put together: what it takes at the start it gives back at the end, in reverse. */
import { openBareRepository } from '../core/git/binary/bare-repository.ts';
import { findLeftovers, pruneLeftovers } from '../core/git/binary/leftovers.ts';
import { TufOnGitError } from '../core/error/error.ts';
import { openHome, readPinnedRoot, type Home } from '../core/home/home.ts';
import { Alarms } from './alarms.ts';
import { systemClock, type Clock } from './clock.ts';
import { consoleApp } from './http/console-listener.ts';
import { contentApp } from './http/content-listener.ts';
import { listen, type Limits } from './http/listener.ts';
import { takeLock } from './lock.ts';
import { findingFields, type Log } from './log.ts';
import { OnlineKeys } from './online-keys.ts';
import type { Checkpoint } from './publish/checkpoint.ts';
import { FolderStore } from './publish/folder-store.ts';
import { Publisher } from './publish/publisher.ts';
import { readinessOf, type Readiness } from './readiness.ts';
import { listenForNudges } from './reconcile/nudge-socket.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { Reconciliation } from './reconcile/reconciliation.ts';
import { watchRefs } from './reconcile/watch-refs.ts';
import { inheritedFds } from './signer-descriptors.ts';
import { startSigner } from './signer/signer-client.ts';

export interface DaemonOptions {
  readonly home: string;
  readonly makeLog: (home: Home) => Log;
  /** The signer's program, bundled: dist/bin/signer.cjs. */
  readonly signerProgram: string;
  readonly clock?: Clock;
  readonly checkpoint?: Checkpoint;
}

export interface Daemon {
  /** Base URLs of the two listeners. */
  readonly content: string;
  readonly console: string;
  readiness(): Readiness;
  /** Looks again now; resolves when everything that this calls for is done. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves a HOME. Resolves when the listeners stand and the first look is over, whatever it found.
 * @throws `home.*`, `repository.missing`, before anything is left running
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const closers = new Closers();
  try {
    const parts = await assemble(options, closers);
    const { publisher, reconciler, content, console } = await serve(parts, closers);
    reconciler.trigger('start');
    await reconciler.settled();
    parts.log.info({ content, console }, 'serving');
    return {
      content,
      console,
      readiness: () => readinessOf(publisher, parts.alarms, parts.clock.now()),
      reconcile: () => {
        reconciler.trigger('nudge');
        return reconciler.settled();
      },
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** What both ways of running have in common. */
interface Parts {
  readonly home: Home;
  readonly log: Log;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly store: FolderStore;
  readonly publisher: Publisher;
  readonly reconciliation: Reconciliation;
}

/**
 * Makes the generation that a HOME calls for, if it does, and ends.
 * @throws what stands in the way of it, a bad tip of `main` too
 */
export async function publishOnce(options: DaemonOptions): Promise<void> {
  const closers = new Closers();
  try {
    const { reconciliation, alarms } = await assemble(options, closers);
    await reconciliation.look({ reason: 'start', at: performance.now() });
    const [finding] = alarms.findings();
    if (finding !== undefined) throw new TufOnGitError(finding);
  } finally {
    await closers.close();
  }
}

async function assemble(options: DaemonOptions, closers: Closers): Promise<Parts> {
  const clock = options.clock ?? systemClock;
  const home = await openHome(options.home);
  const { paths, config } = home;
  const log = options.makeLog(home);
  const lock = takeLock(paths.state);
  closers.add(() => {
    lock.release();
  });
  const git = openBareRepository(paths.repository);
  closers.add(() => git.close());
  await reportLeftovers(paths.repository, clock, log);
  const pinnedRoot = await readPinnedRoot(paths.pinnedRoot);
  const signer = startSigner({
    program: options.signerProgram,
    folder: paths.signer,
    inheritFds: await inheritedFds(paths.signer),
    log: (text) => {
      log.warn({ from: 'signer' }, text);
    },
  });
  closers.add(() => signer.close());
  const store = await FolderStore.open(paths.public);
  const alarms = new Alarms(log);
  const onlineKeys = new OnlineKeys(paths.onlineKeys);
  await onlineKeys.load();
  const publisher = new Publisher({
    git,
    store,
    signer,
    pinnedRoot,
    stateFolder: paths.state,
    lifetimes: {
      snapshotHours: config.snapshotLifetimeHours,
      timestampHours: config.timestampLifetimeHours,
    },
    clock,
    notice: (finding) => {
      log.warn(findingFields(finding), finding.message);
    },
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
  });
  const reconciliation = new Reconciliation({
    git,
    publisher,
    signer,
    onlineKeys,
    pinnedRoot,
    alarms,
    log,
    clock,
    intervalMs: config.reconcileIntervalSeconds * 1000,
  });
  return { home, log, clock, alarms, store, publisher, reconciliation };
}

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

async function serve(parts: Parts, closers: Closers) {
  const { home, log, clock, alarms, store, publisher, reconciliation } = parts;
  const { paths, config } = home;
  const reconciler = new Reconciler({
    look: (trigger) => reconciliation.look(trigger),
    onError: (error) => reconciliation.onError(error),
  });
  closers.add(() => reconciler.close());
  const content = await listen(
    contentApp({
      manifest: publisher.manifest,
      store,
      isServing: () => publisher.generation !== undefined,
      log,
    }),
    config.content.listen,
    'content.listen',
    contentLimits,
  );
  closers.add(() => content.close(graceMs));
  const console = await listen(
    consoleApp({
      repositoryDir: paths.repository,
      tokensFile: paths.tokens,
      readiness: () => readinessOf(publisher, alarms, clock.now()),
      nudge: () => {
        reconciler.trigger('nudge');
      },
      clock,
      log,
    }),
    config.console.listen,
    'console.listen',
    consoleLimits,
  );
  closers.add(() => console.close(graceMs));
  await watch(paths, reconciler, log, closers);
  return { publisher, reconciler, content: content.url, console: console.url };
}

async function watch(
  { repository, nudgeSocket }: Home['paths'],
  reconciler: Reconciler,
  log: Log,
  closers: Closers,
): Promise<void> {
  closers.add(
    await listenForNudges(nudgeSocket, repository, () => {
      reconciler.trigger('nudge');
    }),
  );
  closers.add(
    await watchRefs(
      repository,
      () => {
        reconciler.trigger('refs');
      },
      (error) => {
        log.warn({ err: error }, 'refs cannot be watched; the timer still looks');
      },
    ),
  );
}

const hourMs = 3_600_000;

/** A push that was killed leaves its quarantine or a lock behind: said at once, removed when old. */
async function reportLeftovers(repository: string, clock: Clock, log: Log): Promise<void> {
  const now = clock.now();
  for (const { path, kind } of await pruneLeftovers(repository, { now, olderThanMs: hourMs })) {
    log.warn({ path }, `a ${kind} that a killed git left behind was removed`);
  }
  for (const { path, kind } of await findLeftovers(repository, { now, olderThanMs: 0 })) {
    log.warn({ path }, `a ${kind} is there: a push under way, or one that was killed`);
  }
}

/** What is to be given back, in reverse order. */
class Closers {
  readonly #closers: (() => void | Promise<void>)[] = [];

  add(closer: () => void | Promise<void>): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      await closer();
    }
  }
}
