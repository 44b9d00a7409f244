import { fitted } from './text-width.ts';

/** Told of what arrives, in bytes. */
export interface DownloadProgress {
  received(target: string, bytes: number): void;
  /** A target is there, or never will be: its bytes are no longer waited for. */
  done(target: string): void;
}

export interface Awaited {
  readonly path: string;
  /** In bytes. */
  readonly length: number;
}

/** What is there sooner needs no progress. */
const quietMs = 300;
const everyMs = 100;
/** In bytes: what Node reads from a socket at once. */
const longestPiece = 65_536;
/** A rate is that of the last while, so that it says what is to be expected. */
const rateMs = 3_000;

/**
 * Puts downloads into one line: how many files are there, how much of all bytes, and how quickly
 * they come.
 * @param show the line; called at most ten times a second, and not at all for what is quick
 * @param clock milliseconds from any beginning
 */
export function downloadProgress(
  awaited: readonly Awaited[],
  show: (text: string) => void,
  clock: () => number = () => performance.now(),
): DownloadProgress {
  const lengths = new Map(awaited.map(({ path, length }) => [path, length]));
  const arrived = new Map<string, number>();
  const rate = new Rate();
  const total = awaited.reduce((sum, { length }) => sum + length, 0);
  const only = awaited.length === 1 ? awaited[0] : undefined;
  let [sum, files, nextAt] = [0, 0, clock() + quietMs];
  /** @returns how many bytes more there are than before */
  const count = (target: string, bytes: number) => {
    const more = bytes - (arrived.get(target) ?? 0);
    arrived.set(target, bytes);
    sum += more;
    return more;
  };
  const tell = () => {
    const now = clock();
    if (now < nextAt) return;
    nextAt = now + everyMs;
    const what = only === undefined ? `${files} of ${awaited.length} files` : baseName(only.path);
    show(progressText(what, sum, total, rate.at(now, sum)));
  };
  return {
    received: (target, bytes) => {
      const isFirst = !arrived.has(target);
      const more = count(target, bytes);
      // What an earlier download left was not fetched now; no first piece is as long.
      if (isFirst && more > longestPiece) rate.skip(more);
      tell();
    },
    done: (target) => {
      files += 1;
      rate.skip(count(target, lengths.get(target) ?? 0));
      tell();
    },
  };
}

/** `tool.tgz  45% [#########-----------] 12.3 of 27.0 MB, 5.1 MB/s`; what comes last is cut first. */
function progressText(what: string, received: number, total: number, rate: number): string {
  const share = total === 0 ? 1 : Math.min(1, received / total);
  const [unit, divisor] = unitOf(total);
  const amount = `${(received / divisor).toFixed(1)} of ${(total / divisor).toFixed(1)} ${unit}`;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const speed = rate === 0 ? '' : `, ${perSecond(rate)}`;
  return `${fitted(what, 30)} ${percent} ${amount}${speed} ${bar(share)}`;
}

const barCells = 20;

function bar(share: number): string {
  const full = Math.floor(share * barCells);
  return `[${'#'.repeat(full)}${'-'.repeat(barCells - full)}]`;
}

function perSecond(rate: number): string {
  const [unit, divisor] = unitOf(rate);
  return `${(rate / divisor).toFixed(1)} ${unit}/s`;
}

function unitOf(bytes: number): readonly [unit: string, divisor: number] {
  if (bytes >= 1e9) return ['GB', 1e9];
  return bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Bytes a second over the last while. */
class Rate {
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];
  #skipped = 0;

  skip(bytes: number): void {
    this.#skipped += bytes;
  }

  at(now: number, received: number): number {
    const bytes = received - this.#skipped;
    this.#samples.push({ at: now, bytes });
    while ((this.#samples[0]?.at ?? now) < now - rateMs) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || first.at === now) return 0;
    return Math.max(0, ((bytes - first.bytes) / (now - first.at)) * 1000);
  }
}
