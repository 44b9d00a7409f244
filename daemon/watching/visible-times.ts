import type { ObjectId } from '../../core/git/object-id.ts';
import type { Clock } from '../clock.ts';
import type { Published } from '../publish/publisher-options.ts';
import { pushToVisible } from './push-to-visible.ts';

const mostKept = 1000;

/**
 * How long pushes took until clients could see them, in milliseconds, of the generations that this
 * process has made: the record itself is written before clients see anything, and git notes whole seconds.
 */
export class VisibleTimes {
  readonly #clock: Clock;
  readonly #times = new Map<ObjectId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param sinceTrigger seconds since the daemon was told to look */
  note({ generation: { record } }: Published, sinceTrigger: number): void {
    const [first] = record.arrivals;
    if (first === undefined) return;
    const seconds = pushToVisible(first.receivedAt, sinceTrigger, this.#clock.now());
    this.#times.set(record.oid, Math.round(seconds * 1000));
    const [oldest] = this.#times.keys();
    if (this.#times.size > mostKept && oldest !== undefined) this.#times.delete(oldest);
  }

  /** @param oid of the entry in the record */
  of(oid: ObjectId): number | undefined {
    return this.#times.get(oid);
  }
}
