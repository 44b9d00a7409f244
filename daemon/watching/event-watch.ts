import type { EventStanding } from '../../core/gate/events/read-event.ts';
import { roleStatuses } from '../../core/rules/events/event-roles.ts';
import { signatureWords } from '../../core/rules/signature-status.ts';
import type { Log } from '../log.ts';
import type { Notify, WaitingRole } from './notices.ts';

/** Knows which signing events wait for signatures, and tells of each when that changes. */
export class EventWatch {
  readonly #waiting = new Map<string, string>();
  readonly #log: Log;
  readonly #notify: Notify;

  constructor(log: Log, notify: Notify) {
    this.#log = log;
    this.#notify = notify;
  }

  /** How many events wait for signatures. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The event lacks signatures. */
  waits({ event: { name, tip }, roles }: Pick<EventStanding, 'event' | 'roles'>): void {
    const missing = roles.flatMap(roleStatuses).flatMap((status): readonly WaitingRole[] => {
      const { role, version, isComplete } = status;
      return isComplete ? [] : [{ role, version, signatures: signatureWords(status) }];
    });
    const state = JSON.stringify(missing);
    if (missing.length === 0 || this.#waiting.get(name) === state) return;
    this.#waiting.set(name, state);
    this.#log.info({ event: name, tip, roles: missing }, 'event waits for signatures');
    this.#notify({ type: 'event.waiting', event: name, tip, roles: missing });
  }

  /** Forgets events that wait no more. @param open names of events that may still */
  keepOnly(open: ReadonlySet<string>): void {
    for (const name of this.#waiting.keys()) if (!open.has(name)) this.#waiting.delete(name);
  }
}
