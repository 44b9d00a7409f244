import type { Files, PublishedSet } from '../published-set.ts';

/** What a client that starts from a generation makes of a newer one. */
export interface Outcome {
  /** `the pinned root`, or `generation N`: what its cache was left by. */
  readonly from: string;
  /** Why it refused, in its own words; nothing else counts then. */
  readonly refusal?: string;
  /** Target path to the SHA-256 of what it downloaded; null: no role lists it. */
  readonly targets: Readonly<Record<string, string | null>>;
}

export type Published = Pick<PublishedSet, 'files' | 'targets'>;

/** A kind of client, with the caches that it keeps of one repository. */
export interface Follower {
  readonly name: string;
  /** Starts with another repository: updates through its generations and keeps a cache of each. */
  begin(pinned: Uint8Array, generations: readonly Published[]): Promise<void>;
  /** Updates to a newer generation, from nothing but the pinned root and from each cache. */
  follow(files: Files, targets: readonly string[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export const baseUrl = 'http://repository.example';

/** What a URL asks for, as a server reads it. */
export function fileAt(files: Files, url: string): Uint8Array | undefined {
  return files.get(decodeURIComponent(new URL(url).pathname).slice(1));
}

/** The name of the outcome that starts from the n-th cache. */
export function startName(index: number): string {
  return index === 0 ? 'the pinned root' : `generation ${index}`;
}
