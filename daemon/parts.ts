/** What serving and publishing once have in common, put together from a HOME. */
import path from 'node:path';
import { openBlobStore, type BlobStore } from '../core/blobs/blob-store.ts';
import { Uploads } from '../core/blobs/uploads.ts';
import { openBareRepository, type BareRepository } from '../core/git/binary/bare-repository.ts';
import { openHome, readPinnedRoot, type Home } from '../core/home/home.ts';
import type { Document } from '../core/metadata/document.ts';
import { Alarms } from './alarms.ts';
import { Bell } from './bell.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Closers } from './closers.ts';
import { EventLandings } from './events/event-landings.ts';
import { reportLeftovers } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { findingFields, type Log } from './log.ts';
import { OnlineKeys } from './online-keys.ts';
import { refuseOtherWriters } from './other-accounts.ts';
import type { Checkpoint } from './publish/checkpoint.ts';
import { FolderStore } from './public/folder-store.ts';
import { retentionOf } from './public/pruner.ts';
import { PublicGuard } from './public/public-guard.ts';
import { Publisher } from './publish/publisher.ts';
import type { HighestVersions } from './publish/versions.ts';
import { Reconciliation } from './reconcile/reconciliation.ts';
import { inheritedFds } from './signer/inherited-fds.ts';
import { startSigner, type SignerClient } from './signer/signer-client.ts';
import type { SignerWatch } from './signer/signer-requests.ts';
import { signerAt } from './signer/socket-client.ts';
import { EventWatch } from './watching/event-watch.ts';
import { ExpiryWatch } from './watching/expiry-watch.ts';
import { Metrics } from './watching/metrics.ts';
import { generationNotice, type Notify } from './watching/notices.ts';
import { openWebhook } from './watching/open-webhook.ts';
import { SignerHealth } from './watching/signer-health.ts';
import { VisibleTimes } from './watching/visible-times.ts';

export interface DaemonOptions {
  readonly home: string;
  readonly makeLog: (home: Home) => Log;
  /** The signer's program, bundled: dist/bin/signer.cjs. */
  readonly signerProgram: string;
  /** dist/page; absent: the daemon serves no page. */
  readonly pageFolder?: string;
  readonly clock?: Clock;
  readonly checkpoint?: Checkpoint;
  /** The highest versions that clients may have seen, as the operator says (publish/floor.ts). */
  readonly floor?: HighestVersions | undefined;
  /** The operator says that nobody else has an account here (other-accounts.ts). */
  readonly singleUser?: boolean;
}

export interface Parts {
  readonly home: Home;
  /** Rings after every look at `main`. */
  readonly bell: Bell;
  readonly onlineKeys: OnlineKeys;
  readonly pinnedRoot: Document<'root'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly signerHealth: SignerHealth;
  readonly visibleTimes: VisibleTimes;
  readonly notify: Notify;
  readonly expiries: ExpiryWatch;
  readonly eventWatch: EventWatch;
  readonly signer: SignerClient;
  readonly store: FolderStore;
  readonly git: BareRepository;
  readonly blobs: BlobStore;
  readonly uploads: Uploads;
  readonly publisher: Publisher;
  readonly guard: PublicGuard;
  readonly reconciliation: Reconciliation;
}

/** @throws `home.*`, `repository.missing` */
export async function assemble(options: DaemonOptions, closers: Closers): Promise<Parts> {
  const clock = options.clock ?? systemClock;
  const home = await openHome(options.home);
  const { paths } = home;
  if (options.singleUser !== true) await refuseOtherWriters(paths);
  const log = options.makeLog(home);
  const lock = takeLock(paths.state);
  closers.add(() => {
    lock.release();
  });
  const git = openBareRepository(paths.repository);
  closers.add(() => git.close());
  await reportLeftovers(paths.repository, clock, log);
  const metrics = new Metrics();
  const signerHealth = new SignerHealth(clock);
  const signer = await connectSigner(options.signerProgram, home, log, {
    answered: (ask, seconds) => {
      metrics.signerAnswered(ask, seconds);
      signerHealth.answered();
    },
    failed: (error) => {
      metrics.signerFailed(error);
      signerHealth.failed(error);
    },
  });
  closers.add(() => signer.close());
  const store = await FolderStore.open(paths.public);
  const blobs = openBlobStore(paths.blobs);
  const uploads = new Uploads(paths.blobs, home.config.uploads);
  const notify = openWebhook(home, { metrics, clock, log }, closers);
  const alarms = new Alarms(log, notify);
  const bell = new Bell();
  const visibleTimes = new VisibleTimes(clock);
  const watched = { log, clock, bell, alarms, metrics, notify, signerHealth, visibleTimes };
  const base: Base = { home, ...watched, git, blobs, uploads, signer, store };
  const made = await working(base, options);
  closers.add(() => made.publisher.close());
  return { ...base, ...made };
}

type Made =
  | 'publisher'
  | 'guard'
  | 'reconciliation'
  | 'onlineKeys'
  | 'pinnedRoot'
  | 'expiries'
  | 'eventWatch';

type Base = Omit<Parts, Made>;

async function working(base: Base, { checkpoint, floor }: DaemonOptions) {
  const { paths, config } = base.home;
  const pinnedRoot = await readPinnedRoot(paths.pinnedRoot);
  const onlineKeys = new OnlineKeys(paths.onlineKeys);
  const publisher = new Publisher({
    ...base,
    pinnedRoot,
    stateFolder: paths.state,
    lifetimes: {
      snapshotHours: config.snapshotLifetimeHours,
      timestampHours: config.timestampLifetimeHours,
    },
    floor: { named: floor, witnesses: config.witness, restoredFile: paths.restored },
    retention: retentionOf(config),
    notice: (finding) => {
      base.log.warn(findingFields(finding), finding.message);
    },
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  const intervalMs = config.reconcileIntervalSeconds * 1000;
  const eventWatch = new EventWatch(base.log, base.notify);
  const guard = new PublicGuard({ ...base, publisher });
  const reconciliation = new Reconciliation({
    ...base,
    publisher,
    guard,
    onlineKeys,
    events: new EventLandings({ ...base, pinnedRoot, watch: eventWatch }),
    pinnedRoot,
    intervalMs,
    stateFolder: paths.state,
    witnesses: config.witness,
    onPublished: (published, seconds) => {
      base.metrics.published(published, seconds, base.clock.now());
      base.visibleTimes.note(published, seconds);
      base.bell.ring();
      base.notify(generationNotice(published));
    },
  });
  const expiries = new ExpiryWatch({ ...base, publisher, noticeDays: config.expiryNoticeDays });
  return { publisher, guard, reconciliation, onlineKeys, pinnedRoot, expiries, eventWatch };
}

/** A service that watches over its process itself answers a little later. */
const serviceGraceMs = 5_000;

async function connectSigner(
  program: string,
  { paths, config }: Home,
  log: Log,
  watch: SignerWatch,
): Promise<SignerClient> {
  const timeoutMs = config.signerTimeoutSeconds * 1000;
  if (config.signerSocket !== undefined) {
    const socket = path.resolve(paths.home, config.signerSocket);
    return signerAt(socket, timeoutMs + serviceGraceMs, watch);
  }
  return startSigner({
    program,
    folder: paths.signer,
    timeoutMs,
    inheritFds: await inheritedFds(paths.signer),
    log: (text) => {
      log.warn({ from: 'signer' }, text);
    },
    ...watch,
  });
}
