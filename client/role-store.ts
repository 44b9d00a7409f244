import type { TrustedSet } from '../core/metadata/trusted-set.ts';
import type { RoleCache } from './role-cache.ts';

/**
 * Stores delegated roles, each beside the snapshot that names it. Whoever updates the cache to another
 * snapshot meanwhile has newer roles, or will: then nothing is stored, and newer is never replaced by
 * older. Roles that come while others are being stored go together.
 */
export class RoleStore {
  readonly #cache: RoleCache;
  #waiting = new Map<string, Uint8Array>();
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cache: RoleCache) {
    this.#cache = cache;
  }

  /** @param set whose snapshot names the role @throws `client.locked`, `client.storage` */
  store(set: TrustedSet, role: string, bytes: Uint8Array): Promise<void> {
    this.#waiting.set(role, bytes);
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => this.#storeAll(set));
      this.#last = this.#next.catch(() => undefined); // those who wait for it are told
    }
    return this.#next;
  }

  async #storeAll(set: TrustedSet): Promise<void> {
    const roles = this.#take();
    await this.#cache.exclusively(async () => {
      if (!(await this.#isOf(set))) return;
      await Promise.all([...roles].map(([role, bytes]) => this.#cache.write(role, bytes)));
    });
  }

  #take(): ReadonlyMap<string, Uint8Array> {
    const roles = this.#waiting;
    this.#waiting = new Map();
    this.#next = undefined;
    return roles;
  }

  async #isOf({ snapshot }: TrustedSet): Promise<boolean> {
    const cached = await this.#cache.read('snapshot');
    if (cached === undefined || snapshot === undefined) return false;
    return Buffer.compare(cached, snapshot.bytes) === 0;
  }
}
