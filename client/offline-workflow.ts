/**
 * The client workflow without a server: everything comes out of the cache and is verified again, as
 * if it had just been sent. It must be whole and unexpired, since nothing can be fetched instead.
 */
import { fault, TufOnGitError } from '../core/error/error.ts';
import { TrustedSet, type Verified } from '../core/metadata/trusted-set.ts';
import type { MetadataCache } from './cache.ts';
import type { OnEvent } from './events.ts';
import { notTrustedYet, requireMeta, updateTargetsRole } from './role-steps.ts';
import type { RoleLoader } from './workflow.ts';

export interface OfflineSettings {
  readonly onEvent: OnEvent;
  /** TUF 1.0.34 §5.1. */
  readonly startTime: Date;
}

export class OfflineWorkflow implements RoleLoader {
  readonly #cache: MetadataCache;
  readonly #settings: OfflineSettings;

  constructor(cache: MetadataCache, settings: OfflineSettings) {
    this.#cache = cache;
    this.#settings = settings;
  }

  /** @throws `role.expired`, `client.offline`, `client.not-trusted-yet`, `client.storage` */
  refresh(): Promise<TrustedSet> {
    return this.#cache.exclusively(() => this.#refresh());
  }

  async #refresh(): Promise<TrustedSet> {
    const set = await this.#loadRoot();
    await this.#take('timestamp', (bytes) => set.updateTimestamp(bytes));
    this.#tell('timestamp', set.timestamp);
    await this.#take('snapshot', (bytes) => set.updateSnapshot(bytes));
    this.#tell('snapshot', set.snapshot);
    await this.targetsRole(set, 'targets', undefined);
    return set;
  }

  /** @throws as `refresh` does, and `role.missing` */
  async targetsRole(
    set: TrustedSet,
    role: string,
    delegator: Verified<'targets'> | undefined,
  ): Promise<Verified<'targets'>> {
    const known = delegator === undefined ? set.targets : set.delegated(role, delegator);
    if (known !== undefined) return known;
    requireMeta(set, role);
    const targets = await this.#take(role, (bytes) =>
      updateTargetsRole(set, bytes, role, delegator),
    );
    this.#tell(role, targets);
    return targets;
  }

  async #loadRoot(): Promise<TrustedSet> {
    const options = { referenceTime: this.#settings.startTime };
    if ((await this.#cache.read('root')) === undefined) {
      const isKnown = (await this.#cache.readAnchor()) !== undefined;
      throw isKnown ? this.#missing('root') : notTrustedYet(this.#cache);
    }
    const set = await this.#take('root', (bytes) => {
      const start = TrustedSet.fromRoot(bytes, options);
      start.requireFreshRoot();
      return start;
    });
    this.#tell('root', set.root);
    return set;
  }

  async #take<T>(role: string, use: (bytes: Uint8Array) => T): Promise<T> {
    const bytes = await this.#cache.read(role);
    if (bytes === undefined) throw this.#missing(role);
    try {
      return use(bytes);
    } catch (error) {
      if (error instanceof TufOnGitError) throw unusable(role, error);
      throw error;
    }
  }

  #missing(role: string): TufOnGitError {
    const message = 'it is not among what was fetched before';
    return fault('client.offline', `${role}.json`, message, { hint: goOnline });
  }

  #tell(
    role: string,
    document: Verified<'targets' | 'snapshot' | 'timestamp' | 'root'> | undefined,
  ) {
    if (document === undefined) return;
    this.#settings.onEvent({ type: 'role', role, version: document.signed.version });
  }
}

const goOnline = 'do this once with a connection, then it works without one';

function unusable(role: string, error: TufOnGitError): TufOnGitError {
  if (error.code === 'role.expired') {
    const hint = 'refresh it with a connection, or ask as of an earlier time';
    return fault('role.expired', error.where, error.message, { hint, cause: error });
  }
  const message = `what was fetched before is not good any more: ${error.message}`;
  return fault('client.offline', `${role}.json`, message, { hint: goOnline, cause: error });
}
