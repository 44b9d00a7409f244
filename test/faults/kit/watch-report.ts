/** What a watching client saw. */
export interface WatchReport {
  /** Refreshes with their downloads that succeeded. */
  readonly updates: number;
  readonly downloads: number;
  /** The highest that came. */
  readonly timestampVersion: number;
  readonly failures: readonly WatchFailure[];
  /** A name or a version that came with other bytes than before, or a version lower than before. */
  readonly contradictions: readonly string[];
}

/** An update that failed: when it began and ended, in milliseconds since the epoch, and why. */
export interface WatchFailure {
  readonly from: number;
  readonly to: number;
  readonly code: string;
  readonly message: string;
}
