/**
 * The client workflow, TUF 1.0.34 §5: moves bytes between server, cache and trusted set. Every
 * decision about them is the trusted set's (core/metadata/trusted-set.ts).
 *
 * Each role goes the same way: what the cache holds is tried first, then the server is asked, and
 * what it sent is written to the cache as soon as it is verified and never otherwise.
 */
import { fault, TufOnGitError } from '../core/error/error.ts';
import { TrustedSet, type Verified } from '../core/metadata/trusted-set.ts';
import type { MetadataCache } from './cache.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { isAbsent, type Fetcher } from './fetcher.ts';
import type { Limits } from './limits.ts';
import type { RetryPolicy } from './retry.ts';
import { metadataFileUrl } from './urls.ts';

export interface WorkflowSettings {
  /** Where the metadata lies, with a slash at its end. */
  readonly url: string;
  readonly fetcher: Fetcher;
  readonly retry: RetryPolicy;
  readonly limits: Limits;
  /** The fixed start time of the update: TUF 1.0.34 §5.1. */
  readonly startTime: Date;
}

export class Workflow {
  readonly #cache: MetadataCache;
  readonly #settings: WorkflowSettings;

  constructor(cache: MetadataCache, settings: WorkflowSettings) {
    this.#cache = cache;
    this.#settings = settings;
  }

  /** Root, timestamp, snapshot and top-level targets, up to date: TUF 1.0.34 §5.2–5.6. */
  async refresh(): Promise<TrustedSet> {
    const set = await this.#loadTrustedRoot();
    await this.#updateRoot(set);
    await this.#updateTimestamp(set);
    await this.#updateSnapshot(set);
    await this.targetsRole(set, 'targets', undefined);
    return set;
  }

  /** §5.6: a targets role as its delegator vouches for it. */
  async targetsRole(
    set: TrustedSet,
    role: string,
    delegator: Verified<'targets'> | undefined,
  ): Promise<Verified<'targets'>> {
    const known = delegator === undefined ? set.targets : set.delegated(role, delegator);
    if (known !== undefined) return known;
    const meta = set.metaOf(role);
    if (meta === undefined) {
      throw fault('role.missing', `${role}.json`, 'the snapshot does not list it');
    }
    const update = (bytes: Uint8Array) =>
      delegator === undefined
        ? set.updateTargets(bytes)
        : set.updateDelegatedTargets(bytes, role, delegator);
    const cached = await this.#tryCached(role, update);
    if (cached !== undefined) return cached;
    const limit = meta.length ?? this.#settings.limits.targetsBytes;
    const bytes = await this.#fetch(role, limit, versioned(set, meta.version));
    const targets = update(bytes);
    await this.#cache.write(role, bytes);
    return targets;
  }

  /** §5.2. A damaged root is no end: the chain is walked again from the one the user gave. */
  async #loadTrustedRoot(): Promise<TrustedSet> {
    const options = { referenceTime: this.#settings.startTime };
    const root = await this.#cache.read('root');
    const set = root && tried(() => TrustedSet.fromRoot(root, options));
    if (set !== undefined) return set;
    const anchor = await this.#cache.readAnchor();
    if (anchor !== undefined) return TrustedSet.fromRoot(anchor, options);
    if (root !== undefined) return TrustedSet.fromRoot(root, options); // to say what is wrong with it
    throw fault('client.not-trusted-yet', this.#cache.folder, 'it holds no trusted root', {
      hint: 'start with the root that you obtained from the repository',
    });
  }

  /** §5.3 */
  async #updateRoot(set: TrustedSet): Promise<void> {
    for (let count = 0; count < this.#settings.limits.rootUpdates; count += 1) {
      const next = set.root.signed.version + 1;
      const bytes = await this.#fetchUnlessAbsent('root', this.#settings.limits.rootBytes, next);
      if (bytes === undefined) break;
      set.updateRoot(bytes);
      if (set.onlineKeysReplaced) {
        // §5.3.11, before the root is stored: the next run would no longer see that keys went
        await this.#cache.remove('timestamp');
        await this.#cache.remove('snapshot');
      }
      await this.#cache.write('root', bytes); // §5.3.8
    }
    set.requireFreshRoot(); // §5.3.10
  }

  /** §5.4 */
  async #updateTimestamp(set: TrustedSet): Promise<void> {
    await this.#tryCached('timestamp', (bytes) => set.updateTimestamp(bytes));
    const bytes = await this.#fetch('timestamp', this.#settings.limits.timestampBytes);
    if (set.updateTimestamp(bytes) === 'new') await this.#cache.write('timestamp', bytes);
  }

  /** §5.5 */
  async #updateSnapshot(set: TrustedSet): Promise<void> {
    const isFinal = await this.#tryCached('snapshot', (bytes) =>
      set.updateSnapshot(bytes, { trustedBytes: true }),
    );
    if (isFinal !== undefined) return;
    const meta = set.timestamp?.signed.snapshotMeta;
    const limit = meta?.length ?? this.#settings.limits.snapshotBytes;
    const bytes = await this.#fetch('snapshot', limit, versioned(set, meta?.version));
    set.updateSnapshot(bytes);
    await this.#cache.write('snapshot', bytes);
  }

  async #tryCached<T>(role: string, use: (bytes: Uint8Array) => T): Promise<T | undefined> {
    const bytes = await this.#cache.read(role);
    return bytes === undefined ? undefined : tried(() => use(bytes));
  }

  #fetch(role: string, limit: number, version?: number): Promise<Uint8Array> {
    return fetchBytes(this.#settings, metadataFileUrl(this.#settings.url, role, version), limit);
  }

  async #fetchUnlessAbsent(role: string, limit: number, version: number) {
    try {
      return await this.#fetch(role, limit, version);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

function versioned(set: TrustedSet, version: number | undefined): number | undefined {
  return set.root.signed.consistentSnapshot ? version : undefined;
}

/** The value, or undefined when the bytes are refused: a cache is tried, never relied upon. */
function tried<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  }
}
