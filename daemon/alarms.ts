import type { Finding } from '../core/error/error.ts';
import { findingFields, type Log } from './log.ts';

/** What can be wrong at the same time; each subject has one alarm or none. */
export type AlarmSubject = 'tip' | 'signer' | 'publish' | 'server-signed';

/**
 * What is wrong right now and needs a person: logged once when it begins or changes, once when it
 * ends, and shown by `/readyz` all the while.
 */
export class Alarms {
  readonly #current = new Map<AlarmSubject, readonly Finding[]>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  raise(subject: AlarmSubject, findings: readonly Finding[]): void {
    const before = JSON.stringify(this.#current.get(subject)?.map(plain));
    this.#current.set(subject, findings);
    if (before === JSON.stringify(findings.map(plain))) return;
    for (const finding of findings) {
      this.#log.error({ alarm: subject, ...findingFields(finding) }, finding.message);
    }
  }

  clear(subject: AlarmSubject): void {
    if (!this.#current.delete(subject)) return;
    this.#log.info({ alarm: subject }, 'alarm is over');
  }

  /** Everything that is wrong, as plain fields. */
  findings(): readonly Finding[] {
    return [...this.#current.values()].flat().map(plain);
  }
}

function plain({ code, where, message, hint }: Finding): Finding {
  return hint === undefined ? { code, where, message } : { code, where, message, hint };
}
