/**
 * The client workflow, TUF 1.0.34 §5: moves bytes between server, cache and trusted set. Every
 * decision about them is the trusted set's, whose states and rules stand at the head of
 * core/metadata/trusted-set.ts.
 *
 * The moves, in the order of the specification, each from one state of the trusted set to the next:
 *
 *   §5.2 the cached root, or the one that the user gave → one root, perhaps outdated
 *   §5.3 the next root, as long as there is one         → the newest root, unexpired
 *   §5.4 the cached timestamp as base, then the server's → a timestamp
 *   §5.5 the cached snapshot, else the server's          → the snapshot that the timestamp names
 *   §5.6 the cached targets, else the server's           → the targets that the snapshot names
 *   §5.6.7 delegated roles, when a search comes to them  → each under the delegator that led there
 *
 * A move that fails ends the update: nothing after it is asked for, everything before it stays. What
 * a server sent is written to the cache as soon as it is verified and never otherwise.
 */
import { TufOnGitError } from '../core/error/error.ts';
import type { topLevelRoles } from '../core/metadata/names.ts';
import { TrustedSet, type Verified } from '../core/metadata/trusted-set.ts';
import type { RoleCache } from './role-cache.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { isAbsent, type Fetcher } from './fetcher.ts';
import type { Limits } from './limits.ts';
import { RoleStore } from './role-store.ts';
import {
  finalTimestamp,
  notTrustedYet,
  onlyRoot,
  requireMeta,
  updateTargetsRole,
} from './role-steps.ts';
import type { RetryPolicy } from './retry.ts';
import type { OnEvent } from './events.ts';
import type { Mirrors } from './mirrors.ts';
import { metadataFileUrl } from './urls.ts';

/** What an updater has of a repository: from servers and cache, or from the cache alone. */
export interface RoleLoader {
  /** Root, timestamp, snapshot and top-level targets: TUF 1.0.34 §5.2–5.6. */
  readonly refresh: () => Promise<TrustedSet>;
  /** §5.6: a targets role as its delegator vouches for it. */
  readonly targetsRole: (
    set: TrustedSet,
    role: string,
    delegator: Verified<'targets'> | undefined,
  ) => Promise<Verified<'targets'>>;
}

export interface WorkflowSettings {
  /** Where the metadata lies. */
  readonly mirrors: Mirrors;
  readonly onEvent: OnEvent;
  readonly fetcher: Fetcher;
  readonly retry: RetryPolicy;
  readonly limits: Limits;
  /** The fixed start time of the update: TUF 1.0.34 §5.1. */
  readonly startTime: Date;
  /** Runs what may verify a signature, where that takes time: by default at once. */
  readonly settle?: Settle;
  /** Told of each top-level role that is found to be the newest there is, by what servers say now. */
  readonly onNewest?: (role: TopLevelRole) => void;
}

type TopLevelRole = (typeof topLevelRoles)[number];

/** It may run `work` several times, until it has a result or refuses for good. */
export type Settle = <T>(work: () => T) => Promise<T>;

// eslint-disable-next-line @typescript-eslint/require-await
const atOnce: Settle = async (work) => work();

export class Workflow implements RoleLoader {
  readonly #cache: RoleCache;
  readonly #settings: WorkflowSettings;
  readonly #store: RoleStore;
  readonly #settle: Settle;

  constructor(cache: RoleCache, settings: WorkflowSettings) {
    this.#cache = cache;
    this.#settings = settings;
    this.#store = new RoleStore(cache);
    this.#settle = settings.settle ?? atOnce;
  }

  /** Nobody else changes the cache meanwhile: what it holds is read, and decides what is written. */
  refresh(): Promise<TrustedSet> {
    return this.#cache.exclusively(() => this.#refresh());
  }

  async #refresh(): Promise<TrustedSet> {
    const set = await this.#loadTrustedRoot();
    await this.#updateRoot(set);
    await this.#updateTimestamp(set);
    await this.#updateSnapshot(set);
    this.#settings.onNewest?.('snapshot');
    await this.#loadTargets(set, 'targets', undefined, (bytes) =>
      this.#cache.write('targets', bytes),
    );
    this.#settings.onNewest?.('targets');
    return set;
  }

  targetsRole(
    set: TrustedSet,
    role: string,
    delegator: Verified<'targets'> | undefined,
  ): Promise<Verified<'targets'>> {
    return this.#loadTargets(set, role, delegator, (bytes) => this.#store.store(set, role, bytes));
  }

  async #loadTargets(
    set: TrustedSet,
    role: string,
    delegator: Verified<'targets'> | undefined,
    store: (bytes: Uint8Array) => Promise<void>,
  ): Promise<Verified<'targets'>> {
    const known = delegator === undefined ? set.targets : set.delegated(role, delegator);
    if (known !== undefined) return known;
    const meta = requireMeta(set, role);
    const update = (bytes: Uint8Array) => updateTargetsRole(set, bytes, role, delegator);
    const cached = await this.#tryCached(role, update);
    if (cached !== undefined) return cached;
    const { targetsBytes } = this.#settings.limits;
    const file = {
      role,
      limit: meta.length ?? targetsBytes,
      version: versioned(set, meta.version),
    };
    const { bytes, taken, url } = await this.#fetch(file, update); // §5.6.1–5.6.5
    await store(bytes); // §5.6.6
    this.#tell(taken, role, url);
    return taken;
  }

  /** §5.2. A damaged root is no end: the chain is walked again from the one the user gave. */
  async #loadTrustedRoot(): Promise<TrustedSet> {
    const options = { referenceTime: this.#settings.startTime };
    const root = await this.#cache.read('root');
    const set = root && (await this.#tried(() => TrustedSet.fromRoot(root, options)));
    if (set !== undefined) return this.#startWith(set);
    const anchor = await this.#cache.readAnchor();
    if (anchor !== undefined) return this.#startAnew(anchor, options);
    if (root === undefined) throw notTrustedYet(this.#cache);
    return this.#settle(() => onlyRoot(this.#cache, root, options));
  }

  #startWith(set: TrustedSet): TrustedSet {
    this.#tell(set.root, 'root');
    return set;
  }

  /** The file is mended, or it would be damaged again next time when there is no newer root. */
  async #startAnew(anchor: Uint8Array, options: { readonly referenceTime: Date }) {
    const set = await this.#settle(() => onlyRoot(this.#cache, anchor, options));
    await this.#cache.write('root', anchor);
    return this.#startWith(set);
  }

  /** §5.3 */
  async #updateRoot(set: TrustedSet): Promise<void> {
    for (let count = 0; count < this.#settings.limits.rootUpdates; count += 1) {
      const next = await this.#fetchNextRoot(set); // §5.3.3–5.3.7
      if (next === undefined) break; // §5.3.3: there is no newer one, else §5.3.9: once more
      if (set.onlineKeysReplaced) {
        // §5.3.11, before the root is stored: the next run would no longer see that keys went
        await this.#cache.remove('timestamp');
        await this.#cache.remove('snapshot');
      }
      await this.#cache.write('root', next.bytes); // §5.3.8
      this.#tell(set.root, 'root', next.url);
    }
    set.requireFreshRoot(); // §5.3.10
    this.#settings.onNewest?.('root');
  }

  /** Undefined when the newest is reached: the first mirror that answers says that there is none. */
  #fetchNextRoot(set: TrustedSet) {
    const version = set.root.signed.version + 1;
    return this.#settings.mirrors.ask(async (base) => {
      const url = metadataFileUrl(base, 'root', version);
      try {
        const bytes = await fetchBytes(this.#settings, url, this.#settings.limits.rootBytes);
        await this.#settle(() => set.updateRoot(bytes));
        return { bytes, url };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  /** §5.4 */
  async #updateTimestamp(set: TrustedSet): Promise<void> {
    const take = (bytes: Uint8Array) => {
      const status = set.updateTimestamp(bytes);
      return { status, signed: finalTimestamp(set).signed };
    };
    await this.#tryCached('timestamp', take);
    const file = { role: 'timestamp', limit: this.#settings.limits.timestampBytes };
    const { bytes, taken, url } = await this.#fetch(file, take); // §5.4.1–5.4.4
    if (taken.status === 'new') await this.#cache.write('timestamp', bytes); // §5.4.5
    this.#settings.onNewest?.('timestamp');
    this.#tell(taken, 'timestamp', url);
  }

  /** §5.5 */
  async #updateSnapshot(set: TrustedSet): Promise<void> {
    const cached = await this.#tryCached('snapshot', (bytes) =>
      set.updateSnapshot(bytes, { trustedBytes: true }),
    );
    if (cached !== undefined) return;
    const { snapshotMeta: meta } = finalTimestamp(set).signed;
    const limit = meta.length ?? this.#settings.limits.snapshotBytes;
    const file = { role: 'snapshot', limit, version: versioned(set, meta.version) };
    const take = (sent: Uint8Array) => set.updateSnapshot(sent);
    const { bytes, taken, url } = await this.#fetch(file, take); // §5.5.1–5.5.6
    await this.#cache.write('snapshot', bytes); // §5.5.7
    this.#tell(taken, 'snapshot', url);
  }

  async #tryCached<T extends Taken>(
    role: string,
    take: (bytes: Uint8Array) => T,
  ): Promise<T | undefined> {
    const bytes = await this.#cache.read(role);
    const taken = bytes && (await this.#tried(() => take(bytes)));
    if (taken !== undefined) this.#tell(taken, role);
    return taken;
  }

  /** The value, or undefined when the bytes are refused: a cache is tried, never relied upon. */
  async #tried<T>(use: () => T): Promise<T | undefined> {
    try {
      return await this.#settle(use);
    } catch (error) {
      if (error instanceof TufOnGitError) return undefined;
      throw error;
    }
  }

  #fetch<T>({ role, limit, version }: WantedRole, take: (bytes: Uint8Array) => T) {
    return this.#settings.mirrors.ask(async (base) => {
      const url = metadataFileUrl(base, role, version);
      const bytes = await fetchBytes(this.#settings, url, limit);
      return { bytes, url, taken: await this.#settle(() => take(bytes)) };
    });
  }

  #tell({ signed: { version } }: Taken, role: string, url?: string): void {
    this.#settings.onEvent({
      type: 'role',
      role,
      version,
      ...(url === undefined ? {} : { url }),
    });
  }
}

interface WantedRole {
  readonly role: string;
  /** In bytes. */
  readonly limit: number;
  readonly version?: number | undefined;
}

/** What a trusted set has of a file that it took. */
interface Taken {
  readonly signed: { readonly version: number };
}

/** §5.3.12: names hold their version where the repository has consistent snapshots. */
function versioned(set: TrustedSet, version: number | undefined): number | undefined {
  return set.root.signed.consistentSnapshot ? version : undefined;
}
