/** The daemon: what it takes at the start it gives back at the end, in reverse. */
import { TufOnGitError } from '../core/error/error.ts';
import { openChanges } from './api/changes/open-changes.ts';
import { Closers } from './closers.ts';
import { openListeners, openTriggers, type Urls } from './listeners.ts';
import { RoleRenewals } from './role-renewals.ts';
import { assemble, type DaemonOptions, type Parts } from './parts.ts';
import { readinessOf, type Readiness } from './readiness.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { collectRegularly } from './uploads/collect-regularly.ts';
import { Collector } from './uploads/collector.ts';
import { addGauges } from './watching/gauges.ts';
import { PreparedEvents } from './watching/prepared-events.ts';

export interface Daemon extends Urls {
  readiness(): Readiness;
  /** Looks again now; resolves when everything that this calls for is done. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves a HOME. Resolves when the listeners stand and the first look is over, whatever it found.
 * @throws `home.*`, `repository.missing`; nothing is left running then
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const closers = new Closers();
  try {
    return await serve(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
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

async function serve(options: DaemonOptions, closers: Closers): Promise<Daemon> {
  const parts = await assemble(options, closers);
  const { reconciliation, expiries, bell, clock, log } = parts;
  const { signer, signerHealth, onlineKeys } = parts;
  const look = (reason: 'start' | 'nudge') => {
    reconciler.trigger(reason);
    return reconciler.settled();
  };
  const changes = await openChanges(parts, () => look('nudge'));
  addGauges(parts, changes);
  const renewals = new RoleRenewals({ ...parts, changes });
  const prepared = new PreparedEvents({ ...parts, changes });
  const reconciler = new Reconciler({
    look: (trigger) =>
      reconciliation.look(trigger).finally(() => {
        bell.ring();
        renewals.look();
        expiries.look();
        prepared.look();
        void signerHealth.look(signer, onlineKeys);
      }),
    onError: (error) => reconciliation.onError(error),
    restMs: () => reconciliation.restMs,
  });
  closers.add(() => reconciler.close());
  // So a client that comes early finds the last generation. What stands in the way is told by the look.
  await parts.publisher.show().catch(() => undefined);
  const urls = await openListeners(
    parts,
    changes,
    () => void look('nudge'),
    options.pageFolder,
    closers,
  );
  closers.add(() => changes.close());
  closers.add(() => renewals.close());
  closers.add(() => prepared.close());
  await openTriggers(parts, reconciler, closers);
  await look('start');
  closers.add(collectRegularly(collectorOf(parts), log));
  log.info(urls, 'serving');
  return {
    ...urls,
    readiness: () => readinessOf(parts, clock.now()),
    reconcile: () => look('nudge'),
    close: () => closers.close(),
  };
}

function collectorOf({ home, uploads, git, publisher, clock, log }: Parts): Collector {
  const { keepHours } = home.config.uploads;
  return new Collector({ uploads, git, manifest: publisher.manifest, clock, log, keepHours });
}
