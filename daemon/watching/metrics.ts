/**
 * What machines see of the daemon: counts, times and gauges, in the text format of Prometheus. Times
 * are seconds. What can be asked for is asked for at each look at it, so that nothing has to be kept
 * up to date.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Finding } from '../../core/error/error.ts';
import type { Published } from '../publish/publisher-options.ts';
import { pushToVisible } from './push-to-visible.ts';
import { RequestTally, type ListenerName } from './request-tally.ts';

/** What a gauge shows: its value for each value of its label. */
export type Readings = Iterable<readonly [label: string, value: number]>;

const visibleBuckets = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 1800, 7200, 43_200];
const signerBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 15];

export class Metrics {
  readonly #registry = new Registry();
  readonly #visible = new Histogram({
    name: 'tuf_push_visible_seconds',
    help: 'From the receipt of a commit of main until clients can see it',
    buckets: visibleBuckets,
    registers: [this.#registry],
  });
  readonly #generations = this.#counter(
    'tuf_generations_total',
    'Generations published, because of commits or to renew the timestamp',
    'cause',
  );
  readonly #signerSeconds = new Histogram({
    name: 'tuf_signer_request_seconds',
    help: 'How long the signer took to answer',
    labelNames: ['ask'],
    buckets: signerBuckets,
    registers: [this.#registry],
  });
  readonly #signerErrors = this.#counter(
    'tuf_signer_errors_total',
    'Requests that the signer refused or did not answer',
    'code',
  );
  readonly #refused = this.#counter(
    'tuf_pushes_refused_total',
    'Pushes over HTTP, and changes by the API, that were refused for this',
    'code',
  );
  readonly #requests = new RequestTally(this.#registry);

  /**
   * A generation that clients can see from now on.
   * @param sinceTrigger seconds since the daemon was told to look
   */
  published({ generation }: Published, sinceTrigger: number, now: Date): void {
    const { arrivals } = generation.record;
    this.#generations.inc({ cause: arrivals.length === 0 ? 'renewal' : 'push' });
    for (const { receivedAt } of arrivals) {
      this.#visible.observe(pushToVisible(receivedAt, sinceTrigger, now));
    }
  }

  signerAnswered(ask: string, seconds: number): void {
    this.#signerSeconds.observe({ ask }, seconds);
  }

  signerFailed({ code }: Pick<Finding, 'code'>): void {
    this.#signerErrors.inc({ code });
  }

  /** Counted once for each code that the push was refused for. */
  pushRefused(findings: readonly Pick<Finding, 'code'>[]): void {
    for (const code of new Set(findings.map((finding) => finding.code))) {
      this.#refused.inc({ code });
    }
  }

  requestAnswered(listener: ListenerName, method: string | undefined, status: number): void {
    this.#requests.count(listener, method, status);
  }

  /** A gauge with one label. @param read asked at each look */
  gauge(name: string, help: string, label: string, read: () => Readings): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: () => {
        gauge.reset();
        for (const [labelled, value] of read()) gauge.set({ [label]: labelled }, value);
      },
    });
  }

  /** A gauge without labels; undefined: there is nothing to show. */
  plainGauge(name: string, help: string, read: () => number | undefined): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        const value = read();
        if (value === undefined) gauge.remove();
        else gauge.set(value);
      },
    });
  }

  /** A counter with one label. @returns counts one more */
  counter(name: string, help: string, label: string): (labelled: string) => void {
    const counter = this.#counter(name, help, label);
    return (labelled) => {
      counter.inc({ [label]: labelled });
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, label: string): Counter {
    return new Counter({ name, help, labelNames: [label], registers: [this.#registry] });
  }
}
