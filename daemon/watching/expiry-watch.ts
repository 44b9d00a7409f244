import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import type { Notify } from './notices.ts';
import { roleDeadlines, type RoleDeadline } from './role-deadlines.ts';

export interface ExpiryWatchOptions {
  readonly publisher: Pick<Publisher, 'generation'>;
  readonly noticeDays: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly notify: Notify;
}

/** How many roles one look names, in the log and in a notice. */
const mostNamed = 50;

/**
 * Announces offline roles whose next version people should sign: each version once when its time to sign
 * begins, and once when it has expired.
 */
export class ExpiryWatch {
  readonly #options: ExpiryWatchOptions;
  #deadlines: { readonly of: LoadedRepository; readonly all: readonly RoleDeadline[] } | undefined;
  #announced: ReadonlySet<string> = new Set();

  constructor(options: ExpiryWatchOptions) {
    this.#options = options;
  }

  /** Of each offline role that is published, soonest first. */
  deadlines(): readonly RoleDeadline[] {
    const repository = this.#options.publisher.generation?.repository;
    if (repository === undefined) return [];
    if (this.#deadlines?.of !== repository) {
      this.#deadlines = {
        of: repository,
        all: roleDeadlines(repository, this.#options.noticeDays),
      };
    }
    return this.#deadlines.all;
  }

  /** Those whose next version should be signed now. */
  due(): readonly RoleDeadline[] {
    const now = this.#options.clock.now();
    const all = this.deadlines();
    const later = all.findIndex(({ signFrom }) => signFrom > now);
    return all.slice(0, later < 0 ? undefined : later);
  }

  /** Announces what is due and was not announced before. */
  look(): void {
    const now = this.#options.clock.now();
    const due = this.due();
    const fresh = due.filter((deadline) => !this.#announced.has(stageOf(deadline, now)));
    this.#announced = new Set(due.map((deadline) => stageOf(deadline, now)));
    if (fresh.length > 0) this.#announce(fresh, now);
  }

  #announce(fresh: readonly RoleDeadline[], now: Date): void {
    const { log, notify } = this.#options;
    const named = fresh.slice(0, mostNamed);
    const more = fresh.length - named.length;
    for (const { role, version, expires } of named) {
      const what = expires <= now ? 'has expired' : 'expires';
      const at = expires.toISOString();
      const message = `${role} version ${version} ${what} at ${at}: sign version ${version + 1}`;
      log.warn({ role, version, expires: at }, message);
    }
    if (more > 0) log.warn({ more }, `and ${more} roles more are to be signed anew`);
    const roles = named.map(({ role, version, expires }) => ({
      role,
      version,
      expires: expires.toISOString(),
      expired: expires <= now,
    }));
    notify({ type: 'roles.expiring', roles, more });
  }
}

function stageOf({ role, version, expires }: RoleDeadline, now: Date): string {
  return `${role} ${version} ${expires <= now ? 'expired' : 'near'}`;
}
