import assert from 'node:assert/strict';
import type { Daemon } from '../../daemon/serve.ts';

/** What `/metrics` says: a function from a series, as `name{label="value"}`, to its value there. */
export type Metrics = (series: string) => number | undefined;

/** Fails unless each line is a comment or a series with its value, and each series is there once. */
export async function metricsOf({ console: url }: Pick<Daemon, 'console'>): Promise<Metrics> {
  const response = await fetch(`${url}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const values = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '' || line.startsWith('# ')) continue;
    const [, series = assert.fail(line), value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    assert.equal(values.has(series), false, series);
    values.set(series, Number(value));
  }
  return (series) => values.get(series);
}
