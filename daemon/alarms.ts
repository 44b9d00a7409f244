import type { Finding } from '../core/error/error.ts';
import { findingFields, type Log } from './log.ts';
import type { Notify } from './watching/notices.ts';

/** What can be wrong at the same time; each subject has one alarm or none. */
export type AlarmSubject =
  'tip' | 'clock' | 'signer' | 'publish' | 'public' | 'stall' | 'server-signed';

/** What to do about it, where the finding itself does not say. */
const advice: Readonly<Record<AlarmSubject, string>> = {
  tip: 'move it back to its last good commit: tuf-on-git repair HOME',
  clock: 'set the clock',
  signer: 'mend what the message names; it is tried again by itself',
  publish: 'mend what the message names; it is tried again by itself',
  public: 'find out who writes to public/, which nobody but the daemon should, and stop them',
  stall: 'mend what the other alarm names before clients refuse what they have',
  'server-signed':
    'mend what the message names before the role expires; it is tried again by itself',
};

/** An alarm says what to do. */
export type AlarmFinding = Finding & { readonly hint: string };

/**
 * What is wrong right now and needs a person: logged and told once when it begins or changes,
 * once when it ends, and shown by `/readyz` all the while.
 */
export class Alarms {
  readonly #current = new Map<AlarmSubject, readonly AlarmFinding[]>();
  readonly #log: Log;
  readonly #notify: Notify;

  constructor(log: Log, notify: Notify) {
    this.#log = log;
    this.#notify = notify;
  }

  raise(subject: AlarmSubject, findings: readonly Finding[]): void {
    const before = JSON.stringify(this.#current.get(subject));
    const alarms = findings.map((finding) => alarmOf(subject, finding));
    this.#current.set(subject, alarms);
    if (before === JSON.stringify(alarms)) return;
    for (const alarm of alarms) {
      this.#log.error({ alarm: subject, ...findingFields(alarm) }, alarm.message);
    }
    this.#notify({ type: 'alarm.raised', subject, findings: alarms });
  }

  clear(subject: AlarmSubject): void {
    if (!this.#current.delete(subject)) return;
    this.#log.info({ alarm: subject }, 'alarm is over');
    this.#notify({ type: 'alarm.over', subject });
  }

  /** Everything that is wrong, as plain fields. */
  findings(): readonly AlarmFinding[] {
    return [...this.#current.values()].flat();
  }
}

function alarmOf(
  subject: AlarmSubject,
  { code, where, message, hint = advice[subject] }: Finding,
): AlarmFinding {
  return { code, where, message, hint };
}
