/** Where a workflow keeps what it verified, each role's file byte for byte as received. */
export interface RoleCache {
  /** What it is called in an error. */
  readonly folder: string;
  /** Does `work` while nobody else does. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  read(role: string): Promise<Uint8Array | undefined>;
  write(role: string, bytes: Uint8Array): Promise<void>;
  remove(role: string): Promise<void>;
  /** The root that the user gave. */
  readAnchor(): Promise<Uint8Array | undefined>;
}
