import { Counter, type Registry } from 'prom-client';

export type ListenerName = 'content' | 'console';

const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST', 'PUT']);

/**
 * Counts answers. A request may take no longer for being counted, so it is one number in a map here,
 * and becomes a metric only when somebody looks.
 */
export class RequestTally {
  readonly #counts = new Map<string, number>();

  constructor(registry: Registry) {
    const counter: Counter = new Counter({
      name: 'tuf_http_requests_total',
      help: 'Requests that were answered, or cut',
      labelNames: ['listener', 'method', 'status'],
      registers: [registry],
      collect: () => {
        counter.reset();
        for (const [key, count] of this.#counts) counter.inc(labelsOf(key), count);
      },
    });
  }

  /** Of methods that clients make up there is one count, so that they cannot fill the memory. */
  count(listener: ListenerName, method: string | undefined, status: number): void {
    const key = `${listener} ${methods.has(method) ? method : 'other'} ${status}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function labelsOf(key: string): Record<string, string> {
  const [listener = '', method = '', status = ''] = key.split(' ');
  return { listener, method, status };
}
