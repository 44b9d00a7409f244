/** What a client accepts where signed metadata gives no length: the reference implementation's. */
export interface Limits {
  /** New roots followed in one refresh. */
  readonly rootUpdates: number;
  readonly rootBytes: number;
  readonly timestampBytes: number;
  readonly snapshotBytes: number;
  readonly targetsBytes: number;
}

export const defaultLimits: Limits = {
  rootUpdates: 256,
  rootBytes: 512_000,
  timestampBytes: 16_384,
  snapshotBytes: 2_000_000,
  targetsBytes: 5_000_000,
};
