/** The one form of a benchmark's results: a JSON line for each figure on stdout, words on stderr. */

/** What was measured once in each run: a ratio, or a size. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly values: readonly number[];
  /** Where it is no plain median of the values. */
  readonly value?: number;
  /** What the values are ratios to; absent: they are MiB. */
  readonly yardstick?: string;
}

export function report({ bench, figure, values, value, yardstick }: Figure): void {
  const middle = round(value ?? median(values));
  const what = yardstick === undefined ? { mib: middle } : { ratio: middle, yardstick };
  const range = { min: round(Math.min(...values)), max: round(Math.max(...values)) };
  const line = { bench, figure, ...what, runs: values.length, ...range };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What stands behind a figure, for people. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function milliseconds(times: readonly number[]): string {
  const [least, middle, most] = [Math.min(...times), median(times), Math.max(...times)].map(
    (each) => each.toFixed(0),
  );
  return `${middle ?? ''} ms (${least ?? ''} to ${most ?? ''})`;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
