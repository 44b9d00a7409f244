/**
 * Where published files are kept, under the names that clients ask for, without the leading `/`:
 * `metadata/7.targets.json`, `targets/app/<hash>.tool.tar.gz`. A folder now; whatever can put once,
 * read, list and delete will do.
 */
export interface PublicStore {
  /**
   * Puts a file under a name that never changes its content. The same bytes again are fine.
   * Durable after the next `sync`.
   * @throws `publish.file-changed` when the name is taken by anything else, `home.not-writable`
   */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * As `put`, of content that may be too large to hold. It is read to its end before it has a name;
   * where it ends with an error, nothing is put and that error is thrown.
   */
  putStream(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws `publish.file-changed` when the name is taken by anything else, `home.not-writable` */
  check(name: string, bytes: Uint8Array): Promise<void>;
  /** Gives the content of `name` the further name `alias`, on the same terms as `put`. */
  alias(name: string, alias: string): Promise<void>;
  /** Makes everything that was put durable, names included. @throws `home.not-writable` */
  sync(): Promise<void>;
  /** Puts or replaces the one file that changes, at once for every reader, durably. */
  replace(name: 'metadata/timestamp.json', bytes: Uint8Array): Promise<void>;
  /**
   * Puts the right content in place of whatever is under the name, which is thrown away. Nobody sees
   * half of it; where the content ends with an error, all stays as it is. Durable after the next `sync`.
   * @throws `home.not-writable`
   */
  mend(name: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** What can be said of a file without reading it; undefined where there is no plain file. */
  seen(name: string): Promise<SeenFile | undefined>;
  /** Metadata; undefined where there is no plain file, or one larger than any metadata. */
  read(name: string): Promise<Buffer | undefined>;
  /** Undefined when there is no such plain file or its length is not `length`. */
  open(name: string, length: number): Promise<OpenedFile | undefined>;
  /** @param folder the files below it; absent: all. None where there is no such folder */
  list(folder?: 'metadata' | 'targets'): Promise<readonly StoredFile[]>;
  /** The same, one by one: there may be more than memory holds. */
  each(folder?: 'metadata' | 'targets'): AsyncIterable<StoredFile>;
  delete(name: string): Promise<void>;
}

export interface StoredFile {
  readonly name: string;
  /** Bytes. */
  readonly length: number;
}

export interface SeenFile {
  /** Another one after every write, and for another file under the same name. */
  readonly mark: string;
  /** Milliseconds since it was changed in any way. */
  readonly ageMs: number;
}

/** To be closed by who opened it. */
export interface OpenedFile {
  /**
   * The memory of a piece is used again for the next but one.
   * @throws `publish.file-changed` when the file ends before the range does
   */
  pieces(range: ByteRange): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface ByteRange {
  readonly start: number;
  /** The last byte, included. */
  readonly end: number;
}
