import type { Verified } from '../core/metadata/trusted-set.ts';

type TargetsRole = Verified<'targets'>;

/** Loads of roles that several look-ups want at the same time: each is done once. */
export class SharedLoads {
  /** By delegator, a document and not a name. */
  readonly #pending = new Map<TargetsRole | undefined, Map<string, Promise<TargetsRole>>>();

  async share(
    role: string,
    delegator: TargetsRole | undefined,
    load: () => Promise<TargetsRole>,
  ): Promise<TargetsRole> {
    const siblings = this.#pending.get(delegator) ?? new Map<string, Promise<TargetsRole>>();
    this.#pending.set(delegator, siblings);
    const pending = siblings.get(role);
    if (pending !== undefined) return pending;
    const loading = load();
    siblings.set(role, loading);
    try {
      return await loading;
    } finally {
      siblings.delete(role);
      if (siblings.size === 0) this.#pending.delete(delegator);
    }
  }
}
