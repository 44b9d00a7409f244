/** Where a repository is served: base URLs as TUF clients take them. */
export interface ServedRepository {
  readonly metadataUrl: string;
  readonly targetUrl: string;
}

/** What one run of a client ended with. */
export interface Pulled {
  /** Name and version of the client that ran. */
  readonly client: string;
  /** The trusted version of every role that the client holds afterwards. */
  readonly versions?: Readonly<Record<string, number>>;
  /** Target path to the file it was written to; null: no role lists it. */
  readonly targets?: Readonly<Record<string, string | null>>;
  /** The client's own name for why it refused; nothing else is there then. */
  readonly refusal?: string;
}

/** A TUF client that nobody here wrote, with a folder of its own for what it trusts. */
export interface ForeignClient {
  readonly name: string;
  /** Refreshes and downloads. Each call is a new run that starts from what the last one trusted. */
  pull(targetPaths: readonly string[]): Promise<Pulled>;
}

/**
 * @param folder an empty folder, the client's alone
 * @param trustedRoot the bytes of the root that it trusts first
 */
export type MakeForeignClient = (
  folder: string,
  trustedRoot: Uint8Array,
  served: ServedRepository,
) => Promise<ForeignClient>;
